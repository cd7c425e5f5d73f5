' Each due time makes one task, in the time zone that is named.
CREATE AUTOMATION "Weekly check" ON SCHEDULE "every day at 10:30" TIMEZONE "Europe/Berlin" CREATE TASK "Check"
CREATE AUTOMATION "Weekly check" ON SCHEDULE "every day at 11:30" TIMEZONE "Europe/Berlin" CREATE TASK "Check"
HEAR x
FOR EACH found IN FIND TASKS
  TALK FORMAT(found.created_at, "HH:mm")
NEXT
' after: 2d
' user: well?
' bot: 10:30
' bot: 10:30
