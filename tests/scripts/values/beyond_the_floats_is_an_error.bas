x = 1
FOR i = 1 TO 400
  x = x * 10
NEXT
TALK x                                ' error: overflow
