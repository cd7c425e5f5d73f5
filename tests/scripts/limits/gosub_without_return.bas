again:
GOSUB again                           ' error: depth
