' An event's id is the task's, as CREATE TASK gave it; a due date has the name of the task API, too.
id = CREATE TASK "Call" DUE "2026-02-01T12:00:00Z"
HEAR x
SET TASK DUE DATE id, "2026-03-01T12:00:00Z"
SET BOT MEMORY "id", id
COMPLETE TASK id
ON TASK COMPLETED
  TALK event.id = GET BOT MEMORY "id", " ", event.id = task.task_id, " ", event.id STARTS WITH "tsk_"
  TALK GET TASK STATUS event.id
  TALK FORMAT(task.due_date, "DD/MM/YYYY"), " ", event.due_date = task.due_at
END ON
' user: ok
' bot: true true true
' bot: completed
' bot: 01/03/2026 true
