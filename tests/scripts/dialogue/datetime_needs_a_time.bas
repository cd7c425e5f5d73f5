' A day alone is no DATETIME: only its time is asked for.
HEAR x AS DATETIME
TALK x
' user: tomorrow
' bot: Please answer with a time of day, such as 14:30 or 2:30 pm.
' user: 2:30 pm
' bot: 2026-01-06T14:30:00Z
