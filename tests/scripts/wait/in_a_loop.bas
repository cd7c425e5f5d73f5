' Time that passes in one piece wakes every WAIT at its own moment.
start = NOW()
FOR day = 1 TO 3
  WAIT 1 DAYS
  TALK day, " ", DATEDIFF("hours", start, NOW())
NEXT
' after: 10d
' bot: 1 24
' bot: 2 48
' bot: 3 72
