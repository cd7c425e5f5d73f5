n = 2
TALK "a ${"b ${n} c"} d"     ' bot: a b 2 c d
