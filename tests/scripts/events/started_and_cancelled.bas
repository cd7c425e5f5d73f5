' What becomes of a task has a word of its own.
id = CREATE TASK "Call"
SET TASK STATUS id, "in_progress"
HEAR x
CANCEL TASK id
ON TASK STARTED
  TALK "begun"
END ON
ON TASK CANCELLED
  TALK "called off"
END ON
' bot: begun
' user: stop
' bot: called off
