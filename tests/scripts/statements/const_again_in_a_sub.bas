CONST size = 5
CALL change
SUB change
  CONST size = 6     ' error: constant
END SUB
TALK size
