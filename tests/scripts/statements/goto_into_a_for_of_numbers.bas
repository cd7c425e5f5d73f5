IF 1 = 1 THEN GOTO inside
FOR i = 1 TO 2     ' error: no-loop
  inside:
  TALK "in"
NEXT
