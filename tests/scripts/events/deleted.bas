' Of a task that is gone its title is left.
id = CREATE TASK "Call"
HEAR x
DELETE TASK id
ON TASK DELETED
  TALK "gone: ", task.title
END ON
' user: ok
' bot: gone: Call
