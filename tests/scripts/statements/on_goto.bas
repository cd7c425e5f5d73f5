n = 2
ON n GOTO one, two
one:
TALK "one"
two:
TALK "two"                            ' bot: two
