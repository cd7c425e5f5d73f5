' A DATETIME has a day and a time.
HEAR x AS DATETIME
TALK FORMAT(x, "YYYY-MM-DD HH:mm")
' user: tomorrow 9:30
' bot: 2026-01-06 09:30
