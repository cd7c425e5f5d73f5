' What is no time is an error with the same code as for SET SCHEDULE.
id = CREATE TASK "Look"
TRY
  SCHEDULE TASK id, "now " + "and then"
CATCH e
  TALK e.code                   ' bot: invalid-schedule
END TRY
