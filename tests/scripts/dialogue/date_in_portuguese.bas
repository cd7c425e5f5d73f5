' Dates may be words of other languages.
HEAR x AS DATE
TALK FORMAT(x, "YYYY-MM-DD")
' user: 31 de março de 2026
' bot: 2026-03-31
