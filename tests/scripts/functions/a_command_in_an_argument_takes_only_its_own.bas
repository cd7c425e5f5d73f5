t = CREATE TASK "Call Ana"
x = "!"
TALK GET TASK STATUS t, x             ' bot: pending!
