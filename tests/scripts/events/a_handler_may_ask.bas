' A handler is a talk of its own: it may ask, too.
id = CREATE TASK "Call"
ON TASK CREATED
  HEAR who WITH "Who shall do it?"
  SET TASK ASSIGNEE task, who
  t = GET TASK task
  TALK t.assignee
END ON
' bot: Who shall do it?
' user: bob
' bot: bob
