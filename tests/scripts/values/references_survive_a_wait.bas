a = [1]
b = a
HEAR x                                ' user: go
PUSH(b, 2)
TALK COUNT(a)                         ' bot: 2
