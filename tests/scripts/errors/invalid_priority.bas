id = CREATE TASK "Call Ana"
SET TASK PRIORITY id, "when" + "ever"     ' error: invalid_priority
