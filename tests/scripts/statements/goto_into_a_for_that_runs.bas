10 FOR i = 1 TO 4
20 IF i = 3 THEN GOTO 100
30 TALK i
40 NEXT
50 END
100 TALK "three"
110 GOTO 30
' bot: 1
' bot: 2
' bot: three
' bot: 3
' bot: 4
