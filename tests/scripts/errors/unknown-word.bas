id = CREATE TASK "Call Ana" PRIORITY "huge"
