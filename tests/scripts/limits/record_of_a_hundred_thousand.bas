r = {}
FOR i = 1 TO 100001
  r["k" & i] = i                      ' error: limit
NEXT
