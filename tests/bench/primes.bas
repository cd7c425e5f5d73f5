count = 0
FOR n = 2 TO 4000
  prime = TRUE
  d = 2
  DO WHILE d * d <= n
    IF n MOD d = 0 THEN
      prime = FALSE
      EXIT DO
    END IF
    d = d + 1
  LOOP
  IF prime THEN count = count + 1
NEXT
RETURN count
