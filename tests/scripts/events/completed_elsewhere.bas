' Whoever completes it, the talk that made the task is told.
id = CREATE TASK "Call"
HEAR x
' task: Call -> completed
ON TASK COMPLETED
  TALK task.title, " by ", event.actor         ' bot: Call by somebody
END ON
