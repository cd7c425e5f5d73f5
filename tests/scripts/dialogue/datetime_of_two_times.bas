' At 5 may be in the morning or in the afternoon; a whole answer counts for itself.
HEAR x AS DATETIME
TALK FORMAT(x, "HH:mm")
HEAR y AS DATETIME
TALK FORMAT(y, "YYYY-MM-DD HH:mm")
' user: tomorrow at 5
' bot: 5 in the morning or in the afternoon?
' user: in the afternoon
' bot: 17:00
' user: monday
' bot: Please answer with a time of day, such as 14:30 or 2:30 pm.
' user: 2026-03-31 14:30
' bot: 2026-03-31 14:30
