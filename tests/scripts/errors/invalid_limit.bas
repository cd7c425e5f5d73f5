TALK COUNT(FIND TASKS LIMIT -1)        ' error: invalid_limit
