' Lists and records are equal when they hold the same, in no time however they share their parts.
a = [1]
b = [1]
FOR i = 1 TO 60
  a = [a, {left: a}]
  b = [b, {left: b}]
NEXT
TALK a = b, " ", a <> b               ' bot: true false
PUSH b, 1
TALK a = b, " ", a <> b               ' bot: false true
x = [1]
PUSH x, x
y = [1]
PUSH y, y
TALK x = y                            ' bot: true
TALK [y] CONTAINS x                   ' bot: true
TALK UBOUND(UNIQUE([a, x, a, x]))     ' bot: 2
