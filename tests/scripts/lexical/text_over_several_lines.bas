x = "one
two"
TALK COUNT(SPLIT(x, "\n"))            ' bot: 2
