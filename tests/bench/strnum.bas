s = ""
FOR i = 1 TO 100000
  s = s + "k" + i
NEXT
RETURN LEN(s)
