others = []
FOR i = 1 TO 101
  PUSH(others, CREATE TASK "Task " + i)
NEXT
SET TASK DEPENDS ON CREATE TASK("All"), others   ' error: invalid_depends_on
