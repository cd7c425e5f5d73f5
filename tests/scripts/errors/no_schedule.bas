id = CREATE TASK "Once"
PAUSE TASK id     ' error: no_schedule
