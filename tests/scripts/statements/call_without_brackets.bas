CALL hello
SUB hello
  TALK "hi"           ' bot: hi
END SUB
