' FAIL TASK is what ON TASK FAILED hears of.
id = CREATE TASK "Call"
FAIL TASK id WITH "no answer"
ON TASK FAILED
  TALK task.resolution     ' bot: no answer
END ON
