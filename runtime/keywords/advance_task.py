"""ADVANCE TASK."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.tasks.workflows import Workflows
from tasktalk.runtime.turn import Turn


@keyword("ADVANCE TASK <task> [WITH <resolution>]", returns="text")
async def advance_task(turn: Turn, task: Value, resolution: Value = None) -> str | None:
    """Completes a step of a workflow, and gives the id of the next step's task: the first that can be worked at then.

    It gives NULL when there is none: the workflow is done, or waits for something.

    Errors: task_not_found, not_a_step, blocked_by_dependency, invalid_transition.

    Example:
        id = CREATE WORKFLOW "Move"
            STEP "Pack"
            STEP "Drive" AFTER "Pack"
        END WORKFLOW
        stands = GET WORKFLOW STATUS id
        following = ADVANCE TASK stands.task_id WITH "12 boxes"
        task = GET TASK following
        TALK task.title                                 ' bot: Drive
        TALK ADVANCE TASK following IS NULL             ' bot: true
    """
    said = values.text_or_none(resolution)
    step = await Workflows(turn.tasks).advance(task_id(task), said)
    return None if step is None else spelled(step.task.id)
