' Each kind gives its own type of value.
HEAR t AS TEXT
HEAR n AS NUMBER
HEAR b AS BOOLEAN
HEAR d AS DATE
' user: 007
' user: 2,5
' user: nope
' user: 2026-03-31
TALK t, " ", n * 2, " ", b, " ", FORMAT(d, "DD/MM/YYYY")     ' bot: 007 5 false 31/03/2026
