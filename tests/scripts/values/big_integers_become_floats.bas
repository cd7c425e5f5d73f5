x = 2 ^ 62
x = x * 4
TALK x > 2 ^ 63                       ' bot: true
