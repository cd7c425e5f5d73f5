CONST size = 5
size = 6     ' error: constant
' hint: CONST is in line 1
