id = CREATE TASK "Call Ana"
ADD TASK COMMENT id, "Look" MENTION [1]     ' error: invalid_mentions
