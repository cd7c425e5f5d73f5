"""FAIL TASK."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword("FAIL TASK <task> [WITH <reason>]", returns="text")
async def fail_task(turn: Turn, task: Value, reason: Value = None) -> str:
    """Ends a task that could not be done, with the reason if it is said. Gives the task's id.

    Errors: task_not_found, invalid_transition (the task has ended otherwise).

    Example:
        id = CREATE TASK "Call Ana back"
        FAIL TASK id WITH "she moved away"
        task = GET TASK id
        TALK task.status, ": ", task.resolution         ' bot: failed: she moved away
    """
    said = values.text_or_none(reason)
    return spelled((await turn.tasks.end(task_id(task), "failed", said)).id)
