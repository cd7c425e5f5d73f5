id = CREATE TASK "Call Ana" WITH STATUS "cancelled"
COMPLETE TASK id     ' error: invalid_transition
