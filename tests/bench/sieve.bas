DIM flags(8193)
FOR iter = 1 TO 10
  count = 0
  FOR i = 0 TO 8191 : flags[i] = 1 : NEXT
  FOR i = 0 TO 8191
    IF flags[i] = 1 THEN
      prime = i + i + 3
      k = i + prime
      WHILE k <= 8191
        flags[k] = 0
        k = k + prime
      WEND
      count = count + 1
    END IF
  NEXT
NEXT
RETURN count
