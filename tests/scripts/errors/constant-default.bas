y = 1
CALL add(1)
SUB add(a, b = y + 1)     ' error: constant-default
  TALK a + b
END SUB
