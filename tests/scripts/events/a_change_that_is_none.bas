' To say what is so already is no event.
id = CREATE TASK "Call" PRIORITY "low"
SET TASK PRIORITY id, "low"
ON TASK UPDATED
  TALK "changed"
END ON
TALK "quiet"     ' bot: quiet
