IF 1 = 1 THEN GOTO inside
FOR EACH i IN [1, 2]     ' error: no-loop
  inside:
  TALK "in"
NEXT
