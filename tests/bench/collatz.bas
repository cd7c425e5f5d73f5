best = 0
FOR n = 1 TO 3000
  x = n
  c = 0
  WHILE x <> 1
    IF x MOD 2 = 0 THEN
      x = x \ 2
    ELSE
      x = 3 * x + 1
    END IF
    c = c + 1
  WEND
  IF c > best THEN best = c
NEXT
RETURN best
