' An EMAIL is an address.
TRY
  r = CALL "order.bas", {mail: "ana"}
  TALK r
CATCH e
  TALK e.code, ": ", e.message     ' bot: invalid-argument: expected mail to be an e-mail address, got 'ana'
END TRY
