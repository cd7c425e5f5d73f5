' Runs for the task and notes what is known about it.

ADD TASK COMMENT task, "Noted on floor ${task.context.floor}."
