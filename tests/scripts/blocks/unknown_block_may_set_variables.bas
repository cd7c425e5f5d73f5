TRY
  REPEAT 3                        ' error: unknown-keyword
    y = 2
  END REPEAT
CATCH
  TALK "[" + y + "]"              ' bot: []
END TRY
