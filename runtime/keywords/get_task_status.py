"""GET TASK STATUS."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.tasks.statuses import PLAIN
from tasktalk.runtime.turn import Turn


@keyword("GET TASK STATUS <task>", returns="text", tight=True, gives=PLAIN.values())
async def get_task_status(turn: Turn, task: Value) -> str:
    """How a task stands at this moment: "pending", "in_progress", "completed" or "cancelled".

    Errors: task_not_found.

    Example:
        id = CREATE TASK "Call Ana back"
        status = GET TASK STATUS id
        TALK status                             ' bot: pending
    """
    return PLAIN[(await turn.tasks.get(task_id(task))).status]
