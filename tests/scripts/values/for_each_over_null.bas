FOR EACH x IN NULL
  TALK "never"
NEXT
TALK "done"                           ' bot: done
