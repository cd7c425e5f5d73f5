"""SET TASK PRIORITY."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.tasks.statuses import priority_of
from tasktalk.runtime.turn import Turn


@keyword("SET TASK PRIORITY <task>, <priority>", returns="text")
async def set_task_priority(turn: Turn, task: Value, priority: Value) -> str:
    """Says how urgent a task is: low, medium, high or urgent (or critical, which is the same). Gives the task's id.

    Errors: task_not_found, invalid_priority.

    Example:
        id = CREATE TASK "Call Ana back"
        SET TASK PRIORITY id, "high"
        TRY
            SET TASK PRIORITY id, "when" + "ever"
        CATCH e
            TALK e.code                         ' bot: invalid_priority
        END TRY
    """
    changed, _ = await turn.tasks.update(task_id(task), {"priority": priority_of(priority)})
    return spelled(changed.id)
