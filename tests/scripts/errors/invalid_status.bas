CREATE TASK "Call Ana" WITH STATUS "done"     ' error: invalid_status
