' A status or priority may be one of several.
a = CREATE TASK "a" PRIORITY "high"
b = CREATE TASK "b" PRIORITY "low"
c = CREATE TASK "c" PRIORITY "urgent"
found = FIND TASKS PRIORITY ["high", "critical"]
TALK COUNT(found)     ' bot: 2
