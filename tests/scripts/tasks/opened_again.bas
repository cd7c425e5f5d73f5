' A task that has ended can be opened again.
id = CREATE TASK "t"
COMPLETE TASK id
SET TASK STATUS id, "pending"
TALK GET TASK STATUS id     ' bot: pending
