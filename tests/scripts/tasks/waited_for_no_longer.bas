' With TIMEOUT the wait has an end.
id = CREATE TASK "Sign"
x = WAIT FOR TASK id TIMEOUT 3 HOURS
TALK x IS NULL, " ", TIMEDOUT
' task: Sign -> in_progress
' after: 2h
' after: 1h
' bot: true true
' task: Sign -> completed
