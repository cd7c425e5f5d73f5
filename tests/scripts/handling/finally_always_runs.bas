TRY
  THROW "a", "own"
CATCH e
  TALK e.code                         ' bot: own
FINALLY
  TALK "last"                         ' bot: last
END TRY
