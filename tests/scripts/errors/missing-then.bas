IF 1 < 2     ' error: missing-then
  TALK "x"
END IF
