d = DATEVALUE("2026-07-05T08:09:10Z")
TALK YEAR(d), " ", MONTH(d), " ", DAY(d), " ", HOUR(d), " ", MINUTE(d), " ", SECOND(d)     ' bot: 2026 7 5 8 9 10
TALK WEEKDAY(d)                       ' bot: 1
