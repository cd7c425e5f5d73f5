TALK MID("abc", 1, 1)                 ' bot: a
TALK INSTR("abc", "b")                ' bot: 2
