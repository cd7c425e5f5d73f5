FOR x = 0 TO 1 STEP 0.5
  TALK x
NEXT
' bot: 0
' bot: 0.5
' bot: 1
