IF 1 < 2 THNE     ' error: misspelt
  TALK "x"
END IF
