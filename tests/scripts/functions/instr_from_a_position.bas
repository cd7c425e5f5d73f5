TALK INSTR("banana", "an")            ' bot: 2
TALK INSTR(3, "banana", "an")         ' bot: 4
TALK INSTR("banana", "x")             ' bot: 0
