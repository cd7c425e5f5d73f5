' A LIST is a list.
TRY
  r = CALL "order.bas", {items: "a"}
  TALK r
CATCH e
  TALK e.code, ": ", e.message     ' bot: invalid-argument: expected items to be a list, got 'a'
END TRY
