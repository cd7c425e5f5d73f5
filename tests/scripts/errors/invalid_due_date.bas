id = CREATE TASK "Call Ana"
SET TASK DUE DATE id, NOW() - 60     ' error: invalid_due_date
