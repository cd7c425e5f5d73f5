a = [1]
b = a
PUSH(b, 2)
TALK COUNT(a)                         ' bot: 2
