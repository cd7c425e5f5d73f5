l = ["a"]
l[1] = "b"
TALK JOIN(l)                          ' bot: a, b
