again:
TALK "x"
again:     ' error: duplicate-label
