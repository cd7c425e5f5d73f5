10 n = 2
20 IF n = 2 THEN 40
30 TALK "not here"
40 TALK "here"        ' bot: here
