' A task that is made for somebody is assigned, too.
id = CREATE TASK "Call", "bob"
ON TASK ASSIGNED
  TALK task.title, " for ", event.assignee     ' bot: Call for bob
END ON
