FOR EACH n IN [1, 2, 3]
  IF n = 2 THEN CONTINUE
  TALK n
NEXT
' bot: 1
' bot: 3
