' No line of the script has run for a handler.
total = 5
id = CREATE TASK "Call"
ON TASK CREATED
  TALK total IS NULL     ' bot: true
END ON
