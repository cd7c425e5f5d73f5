"""CLAIM TASK."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword("CLAIM TASK <task> [AS <who>]", returns="text")
async def claim_task(turn: Turn, task: Value, who: Value = None) -> str:
    """Takes a task that is nobody's, and begins it: for the bot, or for whom AS names. Gives the task's id.

    Of several who claim it at the same moment, one gets it.

    Errors: task_not_found, task_claimed (it is somebody else's), invalid_transition (it has ended).

    Example:
        id = CREATE TASK "Call Ana back"
        CLAIM TASK id AS "bob"
        task = GET TASK id
        TALK task.assignee, " ", task.status    ' bot: bob in_progress
    """
    name = turn.bot if who is None else values.text(who).strip()
    return spelled((await turn.tasks.claim(task_id(task), name)).id)
