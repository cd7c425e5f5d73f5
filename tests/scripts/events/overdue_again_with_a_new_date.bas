' A new due date can be missed again.
id = CREATE TASK "Call" DUE "in 1 hours"
HEAR x
SET TASK DUE DATE id, "in 2 hours"
ON TASK OVERDUE
  TALK "late"
END ON
' after: 1h
' bot: late
' user: later
' after: 2h
' bot: late
