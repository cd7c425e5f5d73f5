ON ERROR GOTO oops
TALK 1 / 0
TALK "never"
oops:
TALK ERROR MESSAGE IS NULL            ' bot: false
