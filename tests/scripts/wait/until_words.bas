' A time alone is the next one, a day alone its beginning; a language of the person's is read, too.
start = TODAY
WAIT UNTIL "5pm"
TALK FORMAT(NOW(), "HH:mm")
WAIT UNTIL "5pm"
TALK FORMAT(NOW(), "HH:mm"), " ", DATEDIFF(start, TODAY)
WAIT UNTIL "tomorrow"
TALK FORMAT(NOW(), "HH:mm"), " ", DATEDIFF(start, TODAY)
WAIT UNTIL "amanhã às 9"
TALK FORMAT(NOW(), "HH:mm"), " ", DATEDIFF(start, TODAY)
WAIT UNTIL "monday 9:00"
TALK FORMAT(NOW(), "dddd HH:mm")
' after: 8h
' bot: 17:00
' after: 1d
' bot: 17:00 1
' after: 7h
' bot: 00:00 2
' after: 33h
' bot: 09:00 3
' after: 4d
' bot: Monday 09:00
