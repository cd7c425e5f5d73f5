IF 1 = 1 THEN
  TALK "before"       ' bot: before
  EXIT
END IF
TALK "after"
