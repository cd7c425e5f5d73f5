' The id that CREATE TASK gives is a text, and has fields too, also after a wait.
task = CREATE TASK "Call Ana"
TALK task.status, " ", task.task_id = task, " ", task.url = "/api/v1/tasks/" + task
HEAR x
TALK task.status, " ", LEN(task), " ", LEFT(task, 4), " ", GET TASK STATUS task.task_id
REMEMBER "task" = task
again = RECALL "task"
TALK again.status, " ", again = task, " ", TYPEOF(task)
' bot: pending true true
' user: ok
' bot: pending 30 tsk_ pending
' bot: pending true text
