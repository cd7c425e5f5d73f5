FOR i = 1 TO 2000
  TALK i     ' error: too-many-messages
NEXT
