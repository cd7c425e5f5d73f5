' maybe is neither true nor false.
TRY
  r = CALL "order.bas", {gift: "maybe"}
  TALK r
CATCH e
  TALK e.code, ": ", e.message     ' bot: invalid-argument: expected gift to be true or false, got 'maybe'
END TRY
