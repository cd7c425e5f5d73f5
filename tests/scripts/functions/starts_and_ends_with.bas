TALK STARTSWITH("task-7", "task"), " ", ENDSWITH("task-7", "8")     ' bot: true false
