FOR EACH x IN [1, 2] DO
  TALK x
NEXT x
' bot: 1
' bot: 2
