r = {z: 1, a: 2}
r.m = 3
TALK JOIN(KEYS(r), "")                ' bot: zam
