' There is no thirtieth of February.
HEAR x AS DATE
TALK DAY(x)
' user: 2026-02-30
' bot: Please answer with a date like 2026-03-31, or today or tomorrow.
' user: 2026-02-28
' bot: 28
