' The language tells whether the day or the month stands first.
SET LANGUAGE "en-US"
HEAR a AS DATE
SET LANGUAGE "pt"
HEAR b AS DATE
TALK FORMAT(a, "YYYY-MM-DD"), " ", FORMAT(b, "YYYY-MM-DD")
' user: 03/04/2026
' user: 03/04/2026
' bot: 2026-03-04 2026-04-03
