"""RESUME TASK."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword("RESUME TASK <task>", returns="text")
async def resume_task(turn: Turn, task: Value) -> str:
    """Lets a task that PAUSE TASK has stopped run at its times again, from the next one on. Gives its id.

    The times that came meanwhile make no run: one note among its runs tells of all of them.

    Errors: task_not_found, no_schedule.

    Example:
        IF task IS NULL THEN
            id = CREATE TASK "Look after the plants"
            SET TASK SCHEDULE id, "every hour"
            PAUSE TASK id
            HEAR word
            RESUME TASK id
            TALK WAIT FOR TASK id
        ELSE
            COMPLETE TASK task
        END IF
        ' after: 3h
        ' user: go on
        ' after: 1h
        ' bot: completed
    """
    return spelled((await turn.tasks.resume(task_id(task))).id)
