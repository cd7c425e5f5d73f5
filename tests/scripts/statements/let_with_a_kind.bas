LET x AS INTEGER = 5
CONST name AS STRING = "Ana"
DIM y AS INTEGER = 7
LET as = 1
TALK x, name, y, as     ' bot: 5Ana71
