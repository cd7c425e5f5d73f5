TRY
  TALK 1 / 0
CATCH
  TALK "caught"       ' bot: caught
END TRY
