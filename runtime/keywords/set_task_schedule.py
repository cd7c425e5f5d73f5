"""SET TASK SCHEDULE."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.declared import script_name, spec_text
from tasktalk.runtime.policies import policy
from tasktalk.runtime.schedules import dated
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword(
    "SET TASK SCHEDULE <task>, <spec>[, <script>] [TIMEZONE <timezone>]"
    " [MISFIRE <misfire:word>] [OVERLAP <overlap:word>] [JITTER <jitter>] [STARTS <starts>] [ENDS <ends>]",
    returns="text",
)
async def set_task_schedule(
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
    """Lets the task's bot run for it at the times that you say, in the place of those that it had. Gives its id.

    NULL takes the schedule away. A task without a bot is run by this one. What runs is the same as with RUN TASK, with
    the task in `task`. The times are written as for SET SCHEDULE, and are UTC unless TIMEZONE names another zone;
    MISFIRE, OVERLAP, JITTER, STARTS and ENDS mean the same as there. A task that has ended does not run, and one with a
    schedule is left out of FIND TASKS.

    Errors: task_not_found, invalid-schedule, invalid-timezone.

    Example:
        IF task IS NULL THEN
            id = CREATE TASK "Look after the plants"
            SET TASK SCHEDULE id, "every day at 8am"
            TALK WAIT FOR TASK id
        ELSE
            COMPLETE TASK task
        END IF
        ' after: 1d
        ' bot: completed
    """
    name = None if script is None else script_name(values.text(script), turn.script)
    zone = "UTC" if timezone is None else values.text(timezone)
    words = None if spec is None else dated(spec_text(spec), turn.now(), zone)
    how = policy(turn.now(), zone, misfire=misfire, overlap=overlap, jitter=jitter, starts=starts, ends=ends)
    return spelled((await turn.tasks.set_schedule(task_id(task), words, zone, turn.bot, name, how)).id)
