"""END WORKFLOW."""

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import keyword
from tasktalk.runtime.tasks import workflow_plan
from tasktalk.runtime.tasks.workflows import Workflows
from tasktalk.runtime.turn import Turn


@keyword("END WORKFLOW", returns="nothing")
async def end_workflow(turn: Turn) -> None:
    """Makes the workflow that CREATE WORKFLOW has begun, with a task for each of its steps.

    The tasks remember in their context the workflow (`workflow_id`) and the conversation that it comes from.

    Errors: no-workflow (there is no CREATE WORKFLOW before it), missing_name, invalid_steps (there is none),
    duplicate_step, unknown_step (AFTER or ON FAILURE names a step that is not there), cyclic_dependency,
    invalid_script (this bot has none of that name).

    Example:
        TRY
            CREATE WORKFLOW "Egg and hen"
                STEP "egg" AFTER "hen"
                STEP "hen" AFTER "egg"
            END WORKFLOW
        CATCH e
            TALK e.message      ' bot: These wait for each other: egg → hen → egg
        END TRY
    """
    draft, turn.draft = turn.draft, None
    if draft is None:
        raise Refused("no-workflow", "this END WORKFLOW ends nothing", 'write CREATE WORKFLOW "name" before it')
    plan = workflow_plan.read(draft.name, draft.steps)
    await Workflows(turn.tasks).create(plan, workflow_id=draft.id)
