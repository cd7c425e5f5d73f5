' What is required must be given.
TRY
  r = CALL "needed.bas", NULL
  TALK r
CATCH e
  TALK e.code, ": ", e.message     ' bot: invalid-argument: expected who to be a text, it is missing
END TRY
