' What is done is never late.
id = CREATE TASK "Call" DUE "in 1 hours"
COMPLETE TASK id
ON TASK OVERDUE
  TALK "late"
END ON
TALK "done"     ' bot: done
' after: 7d
