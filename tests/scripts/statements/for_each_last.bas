FOR EACH v IN [1, 2, 3] LAST 2
  TALK v
NEXT
' bot: 2
' bot: 3
