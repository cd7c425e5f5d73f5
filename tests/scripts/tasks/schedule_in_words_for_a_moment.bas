' A task's times may be words for one moment: the date that they mean where they are set, as with SET SCHEDULE.
IF task IS NULL THEN
  id = CREATE TASK "Call back"
  SET TASK SCHEDULE id, "tomorrow at 9", "schedule_in_words_for_a_moment" TIMEZONE "Asia/Kathmandu"
  WAIT FOR TASK id
  TALK FORMAT(NOW(), "HH:mm")
ELSE
  COMPLETE TASK task
END IF
' after: 2d
' bot: 03:15
