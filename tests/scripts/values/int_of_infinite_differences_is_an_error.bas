x = 1E308
x = x + x
x = INT(x - x)                        ' error: overflow
