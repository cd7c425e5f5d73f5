n = 0
DO WHILE n < 2
  n = n + 1
LOOP
TALK n                ' bot: 2
