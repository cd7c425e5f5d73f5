' A rule that could never be carried out is refused when it is made.
TRY
  CREATE AUTOMATION "Tidy" ON TASK COMPLETED RUN "names_what_there_iss"
CATCH e
  TALK e.code               ' bot: invalid_script
  TALK e.message            ' bot: the bot bot has no script "names_what_there_iss.bas"
END TRY
CREATE AUTOMATION "Tidy" ON TASK COMPLETED RUN "names_what_there_is"
