ON ERROR GOTO oops
x = 1 / 0
TALK "never"
oops:
TALK ERROR MESSAGE IS NULL            ' bot: false
