"""SET TASK STATUS."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.tasks.statuses import status_word
from tasktalk.runtime.turn import Turn


@keyword("SET TASK STATUS <task>, <status>", returns="text")
async def set_task_status(turn: Turn, task: Value, status: Value) -> str:
    """Says how a task stands: pending, in_progress, waiting, needs_help, needs_review, completed, failed or cancelled.

    Gives the task's id. A task that has ended can be opened again, but not end in another way.

    Errors: task_not_found, invalid_status, invalid_transition.

    Example:
        id = CREATE TASK "Call Ana back"
        SET TASK STATUS id, "in_progress"
        TALK GET TASK STATUS id                 ' bot: in_progress
    """
    changed, _ = await turn.tasks.update(task_id(task), {"status": status_word(values.text(status))})
    return spelled(changed.id)
