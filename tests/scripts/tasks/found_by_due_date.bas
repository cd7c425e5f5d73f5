' FIND TASKS knows what is due.
a = CREATE TASK "a" DUE "in 1 days"
b = CREATE TASK "b" DUE "in 9 days"
c = CREATE TASK "c"
found = FIND TASKS DUE BEFORE "in 5 days"
TALK COUNT(found), found.title                       ' bot: 1a
TALK COUNT(FIND TASKS DUE AFTER "in 5 days")         ' bot: 1
