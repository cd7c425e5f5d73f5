TRY
  s = REPEAT("x", 2000000)
CATCH e
  TALK e.code                         ' bot: limit
END TRY
TALK "still here"                     ' bot: still here
