SET x = 5
LET y = x + 1
TALK x + y            ' bot: 11
