a = 2
IF a > 1 THEN
  IF a > 5 THEN
    TALK "large"
  ELSE
    TALK "middle"     ' bot: middle
  END IF
END IF
