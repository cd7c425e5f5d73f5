a = [1]
b = a + [2]
a.push(3)
TALK b                                ' bot: [1, 2]
