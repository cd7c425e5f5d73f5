LET a = 1
SET b = 2
CONST c = 3
TALK a + b + c                        ' bot: 6
