' A fraction is no whole number.
TRY
  r = CALL "order.bas", {count: 2.5}
  TALK r
CATCH e
  TALK e.code, ": ", e.message     ' bot: invalid-argument: expected count to be a whole number, got '2.5'
END TRY
