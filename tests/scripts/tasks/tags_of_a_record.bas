' A record is no tag, whatever its text would be.
id = CREATE TASK "Call Ana" TAGS "office"
TRY
  SET TASK TAGS id, {office: TRUE}
CATCH e
  TALK e.code                          ' bot: invalid_tags
END TRY
TALK JOIN(GET_TASK(id).tags)           ' bot: office
