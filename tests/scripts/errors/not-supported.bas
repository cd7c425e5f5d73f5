GOTO inside
TRY     ' error: not-supported
  inside:
  TALK "x"
FINALLY
  TALK "y"
END TRY
