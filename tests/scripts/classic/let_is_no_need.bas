10 LET a = 2
20 b = 3
30 TALK a * b         ' bot: 6
