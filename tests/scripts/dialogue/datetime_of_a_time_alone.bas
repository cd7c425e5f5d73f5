' A time alone is the next one that comes.
HEAR x AS DATETIME
HEAR y AS DATETIME
TALK DATEDIFF("hours", x, y)
' user: 8am
' user: 7:00
' bot: -1
