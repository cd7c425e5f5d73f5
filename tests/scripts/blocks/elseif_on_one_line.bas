FOR i = 1 TO 3
  IF i = 1 THEN TALK "one" ELSEIF i = 2 THEN TALK "two" ELSE TALK "many"
NEXT
' bot: one
' bot: two
' bot: many
IF FALSE THEN x = 1 : y = 2 ELSEIF TRUE THEN x = 3 : y = 4
TALK x, y     ' bot: 34
