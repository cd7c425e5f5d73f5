10 ON 2 GOSUB 100, 200
20 GOTO 300
100 TALK "one": RETURN
200 TALK "two": RETURN      ' bot: two
300 TALK "back"             ' bot: back
