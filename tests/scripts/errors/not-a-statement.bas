x = 1
x == 5     ' error: not-a-statement
