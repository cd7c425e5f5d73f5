n = 5
DO
  n = n + 1
LOOP WHILE n < 3
TALK n                ' bot: 6
