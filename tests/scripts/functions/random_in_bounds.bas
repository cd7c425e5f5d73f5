ok = TRUE
FOR i = 1 TO 200
  x = RANDOM(3, 5)
  IF x < 3 OR x > 5 OR x <> INT(x) THEN ok = FALSE
  y = RND()
  IF y < 0 OR y >= 1 THEN ok = FALSE
NEXT
TALK ok                               ' bot: true
