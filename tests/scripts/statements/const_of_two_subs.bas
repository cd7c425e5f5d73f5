a()     ' bot: 1
b()     ' bot: 2
SUB a
  CONST size = 1
  TALK size
END SUB
SUB b
  CONST size = 2
  TALK size
END SUB
