"""PAUSE TASK."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword("PAUSE TASK <task>", returns="text")
async def pause_task(turn: Turn, task: Value) -> str:
    """Lets a task with a schedule run at none of its times until RESUME TASK. Gives its id.

    RUN TASK still runs it. A task that is paused already stays so.

    Errors: task_not_found, no_schedule.

    Example:
        IF task IS NULL THEN
            id = CREATE TASK "Look after the plants"
            SET TASK SCHEDULE id, "every hour"
            PAUSE TASK id
            HEAR word
            TALK GET TASK STATUS id
        ELSE
            COMPLETE TASK task
        END IF
        ' after: 3h
        ' user: done?
        ' bot: pending
    """
    return spelled((await turn.tasks.pause(task_id(task))).id)
