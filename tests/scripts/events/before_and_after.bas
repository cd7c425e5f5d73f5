' An event tells what was and what is.
id = CREATE TASK "Call" PRIORITY "low"
HEAR x
SET TASK PRIORITY id, "high"
ON TASK UPDATED
  TALK event.changes.priority.before, " to ", event.changes.priority.after
END ON
' user: ok
' bot: low to high
