a = [2]
b = [10]
TALK a < b, " ", a >= b               ' bot: false true
FOR i = 1 TO 60
  a = [a, a]
  b = [b, b]
NEXT
TALK a < b                            ' bot: false
