' WAIT FOR TASK goes on when somebody ends the task.
id = CREATE TASK "Sign"
x = WAIT FOR TASK id
TALK x, " ", TIMEDOUT
' unheard: hello?
' task: Sign -> in_progress
' task: Sign -> cancelled
' bot: cancelled false
