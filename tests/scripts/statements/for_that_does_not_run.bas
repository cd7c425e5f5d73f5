FOR i = 2 TO 1
  TALK "never"
NEXT
TALK "done"                           ' bot: done
