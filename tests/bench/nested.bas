DIM a(201) AS INTEGER
b = 0
FOR i = 1 TO 200
  FOR j = 1 TO 200
    IF i MOD 2 = 0 THEN
      IF j > i THEN
        a[j] = a[j] + 1
      ELSEIF j = i THEN
        b = b + 3
      ELSE
        a[i] = a[i] + j
      END IF
    ELSE
      IF a[j] > 100 AND j < 150 THEN
        b = b + a[j] MOD 7
      ELSE
        b = b - 1
      END IF
    END IF
  NEXT
NEXT
RETURN b
