"""DELETE TASK."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword("DELETE TASK <task>", returns="text")
async def delete_task(turn: Turn, task: Value) -> str:
    """Removes a task for good, with its schedule. Gives the id that it had.

    Errors: task_not_found.

    Example:
        id = CREATE TASK "Call Ana back"
        DELETE TASK id
        TRY
            TALK GET TASK STATUS id
        CATCH e
            TALK e.code                         ' bot: task_not_found
        END TRY
    """
    return spelled((await turn.tasks.delete(task_id(task))).id)
