x = 1000000
WHILE x > 0 : x = x - 1 : WEND
RETURN x
