CREATE TASK     ' error: missing-argument
