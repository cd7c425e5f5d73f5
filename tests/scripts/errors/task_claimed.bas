id = CREATE TASK "Call Ana", "bob"
CLAIM TASK id AS "carla"               ' error: task_claimed
