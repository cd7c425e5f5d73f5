TALK "task-7" STARTS WITH "task"      ' bot: true
TALK "task-7" ENDS WITH "8"           ' bot: false
