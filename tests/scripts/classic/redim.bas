DIM a(2)
a(1) = 5
REDIM PRESERVE a(4)
a(4) = 6
TALK a(1), a(4)            ' bot: 56
REDIM a(2)
TALK "[" + a(1) + "]"      ' bot: []
