"""CREATE WORKFLOW."""

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Handle, Value
from tasktalk.runtime.tasks.workflow_plan import Draft
from tasktalk.runtime.tasks.workflows import new_workflow_id
from tasktalk.runtime.turn import Turn


@keyword("CREATE WORKFLOW <name>", returns="text")
def create_workflow(turn: Turn, name: Value) -> str:
    """Begins a workflow, which the STEP lines after it and END WORKFLOW make. Gives its id, a text that begins `wf_`.

    A workflow is made of tasks that wait for each other. Nothing of it is there before END WORKFLOW, and no HEAR or
    WAIT may stand in between: ask first.

    Errors: unclosed-workflow (no END WORKFLOW came, or another CREATE WORKFLOW before it).

    Example:
        id = CREATE WORKFLOW "Customer Onboarding"
            STEP "Account Setup" ASSIGN TO "user456" TAKES 2 HOURS
            STEP "Training" ASSIGN TO "user789" TAKES 4 HOURS AFTER "Account Setup"
        END WORKFLOW
        status = GET WORKFLOW STATUS id
        TALK status, ", next: ", status.current_step    ' bot: pending, next: Account Setup
    """
    if turn.draft is not None:
        hint = "close the first one with END WORKFLOW"
        raise Refused("unclosed-workflow", f'the workflow "{turn.draft.name}" is still open', hint)
    turn.draft = Draft(new_workflow_id(turn.tasks), values.text(name).strip())
    return Handle.of(turn.draft.id, {"workflow_id": turn.draft.id, "id": turn.draft.id, "name": turn.draft.name})
