DIM a(101)
a[0] = "x"
t = 0
FOR i = 1 TO 100 : a[i] = i : NEXT
FOR k = 1 TO 1000
  FOR i = 1 TO 100
    t = t + a[i] * 2
    IF a[i] = k THEN t = t - 1
    IF a[i] < 50 THEN t = t + 1
  NEXT
NEXT
RETURN t
