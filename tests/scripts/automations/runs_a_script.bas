' A rule runs a script of this bot.
PARAM automation OPTIONAL
IF automation IS NOT NULL THEN
  CREATE TASK "Made by " + automation TAGS "made"
  END
END IF
CREATE AUTOMATION "the rule" ON TASK COMPLETED RUN "runs_a_script"
id = CREATE TASK "Call Ana"
HEAR x
COMPLETE TASK id
HEAR x
TALK COUNT(FIND TASKS TAGS "made")
' user: go
' user: well?
' bot: 1
