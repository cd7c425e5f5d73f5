task = "milk"
priority = "high"
due = NOW() + DAYS(1)
status = GET TASK STATUS CREATE_TASK(task, priority, "ana", due)
TALK task, " is ", status                   ' bot: milk is pending
