a = [2]
PUSH(a, 3)
UNSHIFT(a, 1)
TALK a                                ' bot: [1, 2, 3]
TALK POP(a), SHIFT(a), " ", a         ' bot: 31 [2]
