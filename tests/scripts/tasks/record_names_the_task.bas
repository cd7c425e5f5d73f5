' A record of a task names it as its id does.
id = CREATE TASK "t"
t = GET TASK id
COMPLETE TASK t
TALK GET TASK STATUS t.task_id     ' bot: completed
