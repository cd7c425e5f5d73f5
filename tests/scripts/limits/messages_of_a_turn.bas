FOR i = 1 TO 1001
  TALK i                              ' error: too-many-messages
NEXT
