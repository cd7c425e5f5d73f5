' A task has one schedule: another one takes its place.
IF task IS NULL THEN
  id = CREATE TASK "Look"
  SCHEDULE TASK id, "every hour", "schedule_is_replaced"
  SET TASK SCHEDULE id, "every day at 9:00", "schedule_is_replaced.bas" TIMEZONE "Europe/Berlin"
  HEAR question
  TALK GET BOT MEMORY "looks"
ELSE
  n = GET BOT MEMORY "looks"
  SET BOT MEMORY "looks", n + 1
END IF
' after: 2d
' user: how often?
' bot: 2
