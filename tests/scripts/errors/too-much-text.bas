text = REPEAT("x", 1000000)
FOR i = 1 TO 9
  PRINT text ' error: too-much-text
NEXT
