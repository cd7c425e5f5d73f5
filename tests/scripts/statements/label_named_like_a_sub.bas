IF LEN("a") = 1 THEN GOTO greet
TALK "left out"
greet: TALK "the label"           ' bot: the label
END
SUB greet
  TALK "the SUB"
END SUB
