' A task that has ended is not waited for.
id = CREATE TASK "Sign"
COMPLETE TASK id
x = WAIT FOR TASK id
TALK x     ' bot: completed
