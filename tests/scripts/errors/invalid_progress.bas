id = CREATE TASK "Call Ana"
SET TASK PROGRESS id, 101              ' error: invalid_progress
