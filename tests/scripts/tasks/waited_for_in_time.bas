' A task that ends in time leaves nothing behind.
id = CREATE TASK "Sign"
x = WAIT FOR TASK id TIMEOUT 3 HOURS
TALK x, " ", TIMEDOUT
HEAR more
TALK more
' after: 1h
' task: Sign -> completed
' bot: completed false
' after: 3h
' user: well
' bot: well
