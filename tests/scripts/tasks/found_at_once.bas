' What was made in this turn is found already.
id = CREATE TASK "a" PRIORITY "high"
id = CREATE TASK "b" PRIORITY "low"
TALK COUNT(FIND TASKS), " ", COUNT(FIND TASKS PRIORITY "high")     ' bot: 2 1
HEAR x                                                              ' user: ok
DELETE TASK id
TALK COUNT(FIND TASKS)                                              ' bot: 1
