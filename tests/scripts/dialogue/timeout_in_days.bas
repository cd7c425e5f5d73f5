' TIMEOUT takes the units of WAIT.
HEAR x TIMEOUT 2 DAYS
TALK TIMEDOUT
' after: 47h
' after: 1h
' bot: true
