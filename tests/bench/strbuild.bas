s = ""
FOR i = 1 TO 100000
  s = s + "ab"
NEXT
RETURN LEN(s)
