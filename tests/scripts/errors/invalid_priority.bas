id = CREATE TASK "Call Ana"
SET TASK PRIORITY id, "whenever"     ' error: invalid_priority
