FOR i = 1 TO 2
  TALK i
NEXT 'round again'
' bot: 1
' bot: 2
