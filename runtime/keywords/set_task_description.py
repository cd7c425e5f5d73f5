"""SET TASK DESCRIPTION."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword("SET TASK DESCRIPTION <task>, <description>", returns="text")
async def set_task_description(turn: Turn, task: Value, description: Value) -> str:
    """Says more about a task than its title does. Gives the task's id.

    Errors: task_not_found.

    Example:
        id = CREATE TASK "Call Ana back"
        SET TASK DESCRIPTION id, "She waits for her refund."
        task = GET TASK id
        TALK task.description                   ' bot: She waits for her refund.
    """
    changed, _ = await turn.tasks.update(task_id(task), {"description": values.text(description)})
    return spelled(changed.id)
