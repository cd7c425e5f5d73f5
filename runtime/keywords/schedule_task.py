"""SCHEDULE TASK."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.keywords.set_task_schedule import set_task_schedule
from tasktalk.runtime.turn import Turn


@keyword(
    "SCHEDULE TASK <task>, <spec>[, <script>] [TIMEZONE <timezone>]"
    " [MISFIRE <misfire:word>] [OVERLAP <overlap:word>] [JITTER <jitter>] [STARTS <starts>] [ENDS <ends>]",
    returns="text",
)
async def schedule_task(
    turn: Turn,
    task: Value,
    spec: Value,
    script: Value = None,
    timezone: Value = None,
    misfire: Value = None,
    overlap: Value = None,
    jitter: Value = None,
    starts: Value = None,
    ends: Value = None,
) -> str:
    """The same as SET TASK SCHEDULE: the task's bot runs for it at these times. Gives the task's id.

    Errors: task_not_found, invalid-schedule, invalid-timezone.

    Example:
        IF task IS NOT NULL THEN
            COMPLETE TASK task
            END
        END IF
        id = CREATE TASK "Send the report"
        SCHEDULE TASK id, "every 2 hours"
        HEAR question
        TALK GET TASK STATUS id
        ' after: 3h
        ' user: done?
        ' bot: completed
    """
    given: str = await set_task_schedule.function(
        turn, task, spec, script, timezone, misfire, overlap, jitter, starts, ends
    )
    return given
