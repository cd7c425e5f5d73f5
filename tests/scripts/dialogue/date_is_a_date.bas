' A DATE can be reckoned with.
HEAR x AS DATE
TALK FORMAT(x + DAYS(1), "YYYY-MM-DD")
' user: 2026-03-31
' bot: 2026-04-01
