l = []
l[2] = "c"
TALK COUNT(l), " ", l[0] IS NULL      ' bot: 3 true
