' WAIT UNTIL takes dates and words for them.
start = NOW()
WAIT UNTIL start + HOURS(1)
TALK DATEDIFF("minutes", start, NOW())
' after: 1h
' bot: 60
WAIT UNTIL "tomorrow at 9:00"
TALK "morning"
' after: 2d
' bot: morning
