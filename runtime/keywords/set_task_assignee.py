"""SET TASK ASSIGNEE."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword("SET TASK ASSIGNEE <task>, <assignee>", returns="text")
async def set_task_assignee(turn: Turn, task: Value, assignee: Value) -> str:
    """Says whose a task is; NULL or an empty text makes it nobody's. Gives the task's id.

    Errors: task_not_found, invalid_assignee.

    Example:
        id = CREATE TASK "Call Ana back"
        SET TASK ASSIGNEE id, "bob"
        task = GET TASK id
        TALK task.assignee                      ' bot: bob
    """
    changed, _ = await turn.tasks.update(task_id(task), {"assignee": values.text(assignee).strip() or None})
    return spelled(changed.id)
