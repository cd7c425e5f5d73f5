n = 0
IF n = 0 THEN n++ ELSE n--
TALK n           ' bot: 1
