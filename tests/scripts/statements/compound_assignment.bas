n = 2
n += 3
n *= 4
n -= 1
TALK n                                ' bot: 19
