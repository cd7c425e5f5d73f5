' Only what ENUM lists is taken.
TRY
  r = CALL "order.bas", {mode: "slow"}
  TALK r
CATCH e
  TALK e.code, ": ", e.message     ' bot: invalid-argument: expected mode to be one of fast, exact, got 'slow'
END TRY
