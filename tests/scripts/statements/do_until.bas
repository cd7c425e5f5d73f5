n = 0
DO UNTIL n = 3
  n += 1
LOOP
TALK n                                ' bot: 3
