l = ["a", "b"]
TALK l[0]                             ' bot: a
