l = [1]
TALK l[1]                             ' error: index
