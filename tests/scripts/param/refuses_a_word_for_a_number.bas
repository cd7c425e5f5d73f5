' A word is no number.
TRY
  r = CALL "order.bas", {count: "many"}
  TALK r
CATCH e
  TALK e.code, ": ", e.message     ' bot: invalid-argument: expected count to be a whole number, got 'many'
END TRY
