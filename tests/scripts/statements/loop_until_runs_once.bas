n = 9
DO
  n += 1
LOOP UNTIL n > 3
TALK n                                ' bot: 10
