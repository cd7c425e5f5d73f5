' An answer in time is taken, and the time means nothing afterwards.
HEAR name TIMEOUT 60
TALK TIMEDOUT, " ", name
' after: 59s
' user: Ana
' bot: false Ana
HEAR more
TALK more
' after: 1h
' user: still here
' bot: still here
