CONST i = 5
FOR i = 1 TO 2        ' error: constant
NEXT
