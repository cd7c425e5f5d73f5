' A due date that was moved in time is not missed.
id = CREATE TASK "Call" DUE "in 1 hours"
SET TASK DUE DATE id, "in 3 hours"
ON TASK OVERDUE
  TALK "late"
END ON
' after: 2h
' after: 1h
' bot: late
