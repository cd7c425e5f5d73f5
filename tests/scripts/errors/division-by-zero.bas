n = 0
TALK 1 / n     ' error: division-by-zero
