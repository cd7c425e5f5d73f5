x = 1
SUB change
  LOCAL x
  x = 2
END SUB
change
TALK x                                ' bot: 1
