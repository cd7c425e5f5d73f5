' TIMEDOUT stays true over other waits, until there is an answer.
HEAR a TIMEOUT 1 DAY
WAIT 2 DAYS
TALK TIMEDOUT
HEAR b
TALK TIMEDOUT, " ", b
' after: 3d
' bot: true
' user: hi
' bot: false hi
