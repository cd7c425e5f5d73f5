r = {}
r[1] = "one"
TALK r["1"]                           ' bot: one
