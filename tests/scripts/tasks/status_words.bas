' A status may be written in any case.
id = CREATE TASK "t"
SET TASK STATUS id, "In Progress"
TALK GET TASK STATUS id                                     ' bot: in_progress
other = CREATE TASK "u" WITH STATUS "Needs Help"
TALK COUNT(FIND TASKS STATUS ["IN PROGRESS", "needs help"])     ' bot: 2
