' A DATE is a date.
TRY
  r = CALL "order.bas", {day: "soon"}
  TALK r
CATCH e
  TALK e.code, ": ", e.message     ' bot: invalid-argument: expected day to be a date such as 2026-07-01, got 'soon'
END TRY
