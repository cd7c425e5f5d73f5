' A task that is deleted meanwhile is an error that can be caught.
id = CREATE TASK "Sign"
REMEMBER "id" = id
TRY
  x = WAIT FOR TASK id
CATCH e
  TALK e.code
END TRY
ON TASK CREATED
  WAIT 1 HOUR
  DELETE TASK task
END ON
' after: 1h
' bot: task_not_found
