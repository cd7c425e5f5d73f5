id = CREATE TASK "Call Ana"
ADD TASK COMMENT id, " "               ' error: missing_text
