CREATE TASK "Call Ana" WITH STATUS "do" + "ne"     ' error: invalid_status
