id = CREATE TASK "Call Ana"
IF GET TASK STATUS id = "completed" THEN TALK "Done!"
