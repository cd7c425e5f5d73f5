' What is somebody's cannot be claimed by others.
id = CREATE TASK "t"
CLAIM TASK id AS "ana"
CLAIM TASK id AS "ana"
TRY
  CLAIM TASK id
CATCH e
  TALK e.code     ' bot: task_claimed
END TRY
