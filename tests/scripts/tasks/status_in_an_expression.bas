' GET TASK STATUS takes the task and nothing more, whatever comes after it.
t = CREATE TASK "Look"
IF t AND GET TASK STATUS t <> "completed" THEN TALK "open"     ' bot: open
TALK "It is " + GET TASK STATUS t + "."                        ' bot: It is pending.
COMPLETE TASK t
IF GET TASK STATUS t = "completed" THEN TALK "done"            ' bot: done
