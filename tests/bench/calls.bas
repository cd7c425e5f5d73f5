FUNCTION clamp(x, lo, hi)
  IF x < lo THEN RETURN lo
  IF x > hi THEN RETURN hi
  RETURN x
END FUNCTION
t = 0
FOR i = 1 TO 200000
  t = t + clamp(i, 100, 5000)
NEXT
RETURN t
