TRY
  THROW "no fruit", "empty"
CATCH e
  TALK e.code, ": ", e.message     ' bot: empty: no fruit
END TRY
