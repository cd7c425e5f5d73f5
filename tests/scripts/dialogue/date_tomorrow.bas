' Words count from today.
HEAR x AS DATE
TALK FORMAT(x, "YYYY-MM-DD")
' user: tomorrow
' bot: 2026-01-06
