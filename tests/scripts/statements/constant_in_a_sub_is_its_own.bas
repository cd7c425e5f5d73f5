CONST size = 5
SUB show(size)
  size = size + 1
  TALK size           ' bot: 2
END SUB
show 1
TALK size             ' bot: 5
