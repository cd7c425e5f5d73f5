' SET USER alone says nothing.
TRY
  SET USER NULL
CATCH e
  TALK e.message     ' bot: SET USER needs a name or an e-mail address
END TRY
