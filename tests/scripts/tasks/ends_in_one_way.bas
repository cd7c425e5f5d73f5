' A task that was cancelled was not done.
id = CREATE TASK "t"
CANCEL TASK id
CANCEL TASK id
TRY
  COMPLETE TASK id
CATCH e
  TALK e.code     ' bot: invalid_transition
END TRY
