' Only what lies on the web can be sent.
TRY
  SEND FILE "javascript:alert(1)", "look"
CATCH e
  TALK e.code     ' bot: invalid-url
END TRY
