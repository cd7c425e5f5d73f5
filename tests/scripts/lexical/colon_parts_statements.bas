a = 1: b = 2: TALK a + b              ' bot: 3
IF a = 1 THEN TALK "x": TALK "y"
' bot: x
' bot: y
