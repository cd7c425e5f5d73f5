x = 1e308
TALK x * 1e10                         ' error: overflow
