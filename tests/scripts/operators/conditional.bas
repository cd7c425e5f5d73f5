n = 1
TALK n = 1 ? "one" : "many"           ' bot: one
