a = RANGE(1, 100000)
PUSH(a, 1)                            ' error: limit
