r = {b: 1, a: 2}
TALK KEYS(r), " ", VALUES(r), " ", HAS(r, "A"), HAS(r, "c")     ' bot: [b, a] [1, 2] truefalse
