' A due date is missed once.
id = CREATE TASK "Call" DUE "in 1 hours"
ON TASK OVERDUE
  TALK "late"
END ON
' after: 59m
' after: 1m
' bot: late
' after: 7d
