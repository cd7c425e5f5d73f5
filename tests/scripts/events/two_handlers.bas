' Several handlers of one event all run.
id = CREATE TASK "Call"
ON TASK CREATED
  TALK "first"      ' bot: first
END ON
ON TASK CREATED
  TALK "second"     ' bot: second
END ON
