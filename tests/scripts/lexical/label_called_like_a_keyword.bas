n = 0
loop:
n = n + 1
IF n < 3 THEN GOTO loop
TALK n                ' bot: 3
