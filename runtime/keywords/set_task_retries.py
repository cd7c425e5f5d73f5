"""SET TASK RETRIES."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword("SET TASK RETRIES <task>, <count>", returns="text")
async def set_task_retries(turn: Turn, task: Value, count: Value) -> str:
    """Says how often a run of the task is tried again when it fails, from 0 to 100. Gives the task's id.

    It is tried again after half a minute, then after twice as long each time, and after an hour at most. Other runs of
    the task wait until then.

    Errors: task_not_found, invalid_retries.

    Example:
        id = CREATE TASK "Fetch the prices"
        SET TASK RETRIES id, 2
        task = GET TASK id
        TALK task.retries                       ' bot: 2
    """
    given = values.number(count)
    whole = int(given) if given == int(given) else given
    changed, _ = await turn.tasks.update(task_id(task), {"retries": whole})
    return spelled(changed.id)
