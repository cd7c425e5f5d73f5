"""SET TASK DUE DATE."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks import due
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword("SET TASK DUE DATE <task>, <due_date>", returns="text")
async def set_task_due_date(turn: Turn, task: Value, due_date: Value) -> str:
    """Says when a task is due; NULL takes the date away. Gives the task's id.

    A due date is a date, seconds from now, ISO 8601 text, or words such as "tomorrow", "in 3 days", "friday at 5pm" or
    "end of month". A day means the end of that day, in UTC. It has to lie ahead.

    Errors: task_not_found, invalid_due_date.

    Example:
        id = CREATE TASK "Call Ana back"
        SET TASK DUE DATE id, NOW() + 24 * 3600
        SET TASK DUE DATE id, "in 2 weeks"
        TRY
            SET TASK DUE DATE id, NOW() - 60
        CATCH e
            TALK e.message                      ' bot: Due date must be in the future
        END TRY
    """
    moment = None if due_date is None else due.required(due_date, turn.now())
    changed, _ = await turn.tasks.update(task_id(task), {"due_at": moment})
    return spelled(changed.id)
