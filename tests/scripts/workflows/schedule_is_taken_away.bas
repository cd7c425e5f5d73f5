' NULL takes a task's schedule away.
IF task IS NULL THEN
  id = CREATE TASK "Look"
  SET TASK SCHEDULE id, "every hour"
  TALK COUNT(FIND TASKS)        ' bot: 0
  SET TASK SCHEDULE id, NULL
  TALK COUNT(FIND TASKS)        ' bot: 1
  HEAR question
  TALK GET TASK STATUS id
ELSE
  COMPLETE TASK task
END IF
' after: 5h
' user: done?
' bot: pending
