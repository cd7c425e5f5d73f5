"""SET TASK TITLE."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword("SET TASK TITLE <task>, <title>", returns="text")
async def set_task_title(turn: Turn, task: Value, title: Value) -> str:
    """Gives a task another title. Gives the task's id.

    Errors: task_not_found, missing_title.

    Example:
        id = CREATE TASK "Call Ana back"
        SET TASK TITLE id, "Write to Ana"
        task = GET TASK id
        TALK task.title                         ' bot: Write to Ana
    """
    changed, _ = await turn.tasks.update(task_id(task), {"title": values.text(title)})
    return spelled(changed.id)
