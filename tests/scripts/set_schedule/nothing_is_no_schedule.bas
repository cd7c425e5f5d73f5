' What is no text is told as TALK shows it.
IF TRUE THEN
  TRY
    SET SCHEDULE NULL
  CATCH wrong
    TALK wrong.message
  END TRY
  TRY
    SET SCHEDULE [TRUE, NULL]
  CATCH wrong
    TALK wrong.message
  END TRY
END IF
' bot: "" is no schedule
' bot: "[true, null]" is no schedule
