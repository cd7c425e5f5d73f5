' PARAM is for what the whole script is given.
CALL greet
SUB greet
  PARAM who                           ' error: misplaced
  ' hint: write SUB name(a)
END SUB
