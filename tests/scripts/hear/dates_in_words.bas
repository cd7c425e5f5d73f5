' AS DATE takes words; AS DATETIME takes a day and a time.
HEAR d AS DATE
HEAR m AS DATETIME
HEAR t AS TIME
TALK FORMAT(d, "YYYY-MM-DD"), " ", FORMAT(m, "YYYY-MM-DD HH:mm"), " ", t
' user: 31 de março
' user: tomorrow at 2:30 pm
' user: 9am
' bot: 2026-03-31 2026-01-06 14:30 09:00
