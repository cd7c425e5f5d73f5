TRY
  x = GET "https://ana:secret@example.com/"
CATCH e
  TALK e.code, ": ", e.message
END TRY
' bot: invalid-url: a web address has no name and password in it here
