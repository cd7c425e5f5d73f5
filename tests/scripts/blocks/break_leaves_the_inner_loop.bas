FOR i = 1 TO 2
  FOR j = 1 TO 3
    IF j = 2 THEN BREAK
    TALK i, j
  NEXT j
NEXT i
' bot: 11
' bot: 21
