r = {}
FOR EACH r.x IN [1, 2]     ' error: not-a-variable
  TALK r.x
NEXT
