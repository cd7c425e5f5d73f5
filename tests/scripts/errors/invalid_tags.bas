CREATE TASK "Call Ana" TAGS [1, 2]     ' error: invalid_tags
