x = 7
TALK x[0]                             ' error: wrong-type
