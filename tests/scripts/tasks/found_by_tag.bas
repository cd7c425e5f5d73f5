' A task has to have all the tags.
a = CREATE TASK "a" TAGS ["x", "y"]
b = CREATE TASK "b" TAGS "x"
TALK COUNT(FIND TASKS TAGS "x"), COUNT(FIND TASKS TAGS ["x", "y"])     ' bot: 21
