FOR i = 1 TO 3
  IF i = 2 THEN CONTINUE
  TALK i
NEXT
' bot: 1
' bot: 3
