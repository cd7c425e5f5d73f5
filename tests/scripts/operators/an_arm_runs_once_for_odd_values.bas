hits = 0
total = 0
FOR EACH value IN [5, "5", 5.0, "five", NULL, TRUE, [5]]
  IF value = 5 THEN hits = hits + 1 ELSE total = total + 1
NEXT
TALK hits, " ", total                 ' bot: 3 4
found = []
FOR EACH value IN [1, "20", 3]
  IF value > 2 THEN PUSH found, value
NEXT
TALK found                            ' bot: [20, 3]
