"""SET TASK PROGRESS."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword("SET TASK PROGRESS <task>, <progress>", returns="text")
async def set_task_progress(turn: Turn, task: Value, progress: Value) -> str:
    """Says how much of a task is done, in per cent from 0 to 100. Gives the task's id.

    Errors: task_not_found, invalid_progress.

    Example:
        id = CREATE TASK "Paint the wall"
        SET TASK PROGRESS id, 60
        task = GET TASK id
        TALK task.progress, "%"                 ' bot: 60%
    """
    changed, _ = await turn.tasks.update(task_id(task), {"progress": values.number(progress)})
    return spelled(changed.id)
