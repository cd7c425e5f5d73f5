a = 1
b = 2
IF a = 1 AND
   b = 2 THEN
  TALK "both"         ' bot: both
END IF
