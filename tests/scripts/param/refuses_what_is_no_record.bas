' An OBJECT is a record.
TRY
  r = CALL "order.bas", {extra: [1]}
  TALK r
CATCH e
  TALK e.code, ": ", e.message     ' bot: invalid-argument: expected extra to be a record, got '[1]'
END TRY
