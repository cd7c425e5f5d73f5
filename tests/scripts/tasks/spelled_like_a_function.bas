' Keywords of several words may be written like functions.
id = CREATE_TASK("t", "bob")
SET_TASK_STATUS(id, "in_progress")
TALK GET_TASK_STATUS(id), " ", GET_TASK(id).assignee     ' bot: in_progress bob
