CREATE TASK "  "     ' error: missing_title
