n = 0
WHILE n < 3 DO
  n = n + 2
END WHILE
TALK n                ' bot: 4
