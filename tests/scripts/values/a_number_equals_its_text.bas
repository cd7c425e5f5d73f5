values = ["5", 5, 5.0, "five", NULL, ""]
hits = ""
FOR EACH value IN values
  IF value = 5 THEN hits = hits + "yes "
  IF value <> 5 THEN hits = hits + "no "
  IF value = 0 THEN hits = hits + "zero "
NEXT
TALK hits + "."                             ' bot: yes yes yes no no zero no .
