FOR i = 1 TO 6
  found = LINK CONTACT("ABCDE-FGHJ" + i)      ' error: too-many-attempts
NEXT
