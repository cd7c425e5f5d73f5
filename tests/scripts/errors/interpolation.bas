x = 1
TALK "${x +}"     ' error: interpolation
