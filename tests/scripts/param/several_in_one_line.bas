' PARAM a, b takes two, of any kind.
r = CALL "two.bas", 1, "x"
TALK r     ' bot: 1-x
