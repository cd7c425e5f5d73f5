TRY
  TRY
    THROW "first", "one"
  CATCH e
    THROW e
  END TRY
CATCH again
  TALK again.code, again.message      ' bot: onefirst
END TRY
