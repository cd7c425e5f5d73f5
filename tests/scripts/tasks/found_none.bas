' What is not found is an empty list.
found = FIND TASKS ASSIGNEE "nobody"
IF NOT found THEN TALK COUNT(found)     ' bot: 0
