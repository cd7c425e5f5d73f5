' Create task from conversation
task_id = CREATE TASK "Follow up with customer", "user456"
SET TASK PRIORITY task_id, "high"
SET TASK DUE DATE task_id, NOW() + 24 * 3600
DO
    HEAR anything                           ' user: ready?
    ' Check task status
    status = GET TASK STATUS task_id
    IF status = "completed" THEN
    TALK "Task has been completed"
    END IF
LOOP UNTIL status = "completed"
' task: Follow up with customer -> completed
' user: and now?
' bot: Task has been completed
