TALK "before"         ' bot: before
IF 1 = 1 THEN STOP
TALK "after"
