' A day alone is no DATETIME.
HEAR x AS DATETIME
TALK HOUR(x)
' user: tomorrow
' bot: Please answer with a day and a time, such as 2026-03-31 14:30 or tomorrow 9:00.
' user: 2026-03-31 14:30
' bot: 14
