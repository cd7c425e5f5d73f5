task = CREATE_TASK "Call back", "bob"
SET_TASK_PRIORITY task, "high"
SET_BOT_MEMORY "n", 4
TALK GET_TASK_STATUS(task), " ", GET_BOT_MEMORY("n")     ' bot: pending 4
