"""RUN TASK."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.declared import script_name
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword("RUN TASK <task>[, <script>]", returns="text")
async def run_task(turn: Turn, task: Value, script: Value = None) -> str:
    """Lets the task's bot run for it now, once, beside the runs that it has by itself. Gives the task's id.

    A task without a bot is run by this one. It runs the script that you name, else the bot's `task.bas`, or `start.bas`
    where there is none, in a conversation of the task's own, in which nobody listens. `task` has the task there, and
    PARAMs are filled from the task's context. The run begins after this turn, and behind the runs that the task has
    already; what becomes of the task the script says.

    Errors: task_not_found, limit (runs that follow from one another for too long).

    Example:
        PARAM topic OPTIONAL
        IF task IS NULL THEN
            id = CREATE TASK "Look" CONTEXT {"topic": "mail"}
            RUN TASK id
            TALK WAIT FOR TASK id           ' bot: completed
        ELSE
            COMPLETE TASK task WITH topic
        END IF
    """
    name = None if script is None else script_name(values.text(script), turn.script)
    return spelled((await turn.tasks.run(task_id(task), turn.bot, name)).id)
