' A handler talks where the task comes from.
id = CREATE TASK "Call Ana", "bob", "tomorrow"
TALK "made"
HEAR x
COMPLETE TASK id
ON TASK CREATED
  TALK "new: ", event.title, " ", task.status
END ON
ON TASK ASSIGNED
  TALK "for ", task.assignee
END ON
ON TASK OVERDUE
  TALK "late: ", task.title
END ON
ON TASK COMPLETED
  TALK "done by ", event.actor
END ON
' bot: made
' bot: new: Call Ana pending
' bot: for bob
' after: 2d
' bot: late: Call Ana
' user: ok
' bot: done by person
