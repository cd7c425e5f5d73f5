"""COMPLETE TASK."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword("COMPLETE TASK <task> [WITH <resolution>]", returns="text")
async def complete_task(turn: Turn, task: Value, resolution: Value = None) -> str:
    """Ends a task as done, with what came of it if that is said. Gives the task's id.

    A task that is done already stays as it was. A scheduled task does not run again. What a bot does for one step of a
    workflow that moves its task from step to step leads to the next step.

    Errors: task_not_found, invalid_transition (the task was cancelled).

    Example:
        id = CREATE TASK "Call Ana back"
        COMPLETE TASK id WITH "She is happy again"
        TALK GET TASK STATUS id                 ' bot: completed
    """
    said = values.text_or_none(resolution)
    return spelled((await turn.tasks.complete(task_id(task), said)).id)
