IF INSTR("hello", "ell") > 0 THEN TALK "inside"      ' bot: inside
IF INSTR("hello", "z") = 0 THEN TALK "not inside"    ' bot: not inside
IF INSTR(12345, 34) <> 0 THEN TALK "of a number"     ' bot: of a number
IF INSTR(["ab", "cd"], "b, c") > 0 THEN TALK "of a list as text"   ' bot: of a list as text
