n = 0
WHILE n < 2
  n = n + 1
WEND
TALK n                                ' bot: 2
