' LIMIT takes the newest.
FOR EACH t IN ["a", "b", "c"]
  id = CREATE TASK t
NEXT
found = FIND TASKS LIMIT 2
TALK COUNT(found)     ' bot: 2
TALK COUNT(FIND TASKS LIMIT 0)     ' bot: 0
