TALK "before"         ' bot: before
IF 1 = 1 THEN RETURN
TALK "after"
