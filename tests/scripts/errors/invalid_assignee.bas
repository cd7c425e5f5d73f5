CREATE TASK "Call Ana" ASSIGN TO "a\u0000b"     ' error: invalid_assignee
