' A date that means two days in two countries is asked for again.
HEAR d AS DATE
TALK FORMAT(d, "YYYY-MM-DD")
' user: 03/04/2026
' bot: Please answer with a date like 2026-03-31, or today or tomorrow.
' user: 3.4.2026
' bot: 2026-04-03
