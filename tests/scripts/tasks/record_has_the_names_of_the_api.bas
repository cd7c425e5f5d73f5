' A record's id is the one that CREATE TASK gives; due_date is due_at.
id = CREATE TASK "Call" DUE "2026-02-01T12:00:00Z"
task = GET TASK id
TALK task.id = id, " ", task.task_id = id, " ", task.due_date
found = FIND TASKS
TALK found[0].id = id
COMPLETE TASK task.id
TALK GET TASK STATUS id
' bot: true true 2026-02-01T12:00:00Z
' bot: true
' bot: completed
