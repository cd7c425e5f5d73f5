' Only the choices are taken.
TRY
  r = CALL "order.bas", {size: "huge"}
  TALK r
CATCH e
  TALK e.code, ": ", e.message     ' bot: invalid-argument: expected size to be one of small, large, got 'huge'
END TRY
