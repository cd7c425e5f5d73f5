n = 1
SUB change
  LOCAL n = 5
  n = n + 1
END SUB
change
TALK n                ' bot: 1
