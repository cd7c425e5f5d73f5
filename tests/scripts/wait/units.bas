' WAIT takes seconds, or the unit that is named.
WAIT 5
TALK "a"
' after: 4s
' after: 1s
' bot: a
WAIT 2 MINUTES
TALK "b"
' after: 2m
' bot: b
WAIT 1.5 HOURS
TALK "c"
' after: 90m
' bot: c
WAIT 1 DAY
TALK "d"
' after: 1d
' bot: d
