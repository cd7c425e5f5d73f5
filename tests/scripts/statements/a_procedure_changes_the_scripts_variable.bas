x = 1
SUB change
  x = 2
END SUB
CALL change
TALK x                                ' bot: 2
