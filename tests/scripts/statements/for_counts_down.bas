FOR i = 3 TO 1 STEP -2
  TALK i
NEXT i
' bot: 3
' bot: 1
