"""GET WORKFLOW STATUS."""

from tasktalk.interpreter import values
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Handle, Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.statuses import PLAIN
from tasktalk.runtime.tasks.workflows import Workflows
from tasktalk.runtime.turn import Turn


@keyword(
    "GET WORKFLOW STATUS <workflow>",
    returns="text",
    gives=["pending", "in_progress", "completed", "cancelled"],
)
async def get_workflow_status(turn: Turn, workflow: Value) -> str:
    """How a workflow stands: pending, in_progress, completed or cancelled, which it is also when it has failed.

    The status also has `.name`, `.progress` (per cent), `.completed_steps`, `.total_steps`, `.current_step` (the name
    of the first step that can be worked at, NULL when there is none), `.task_id` (that step's task),
    `.estimated_completion` (a date, NULL when it never ends), `.has_failed`, and `.steps`: a list of records with
    `name`, `task_id`, `status`, `assignee`, `is_ready` and `attempt`.

    Errors: workflow_not_found.

    Example:
        id = CREATE WORKFLOW "Move"
            STEP "Pack"
            STEP "Drive" AFTER "Pack"
        END WORKFLOW
        stands = GET WORKFLOW STATUS id
        COMPLETE TASK stands.task_id
        stands = GET WORKFLOW STATUS id
        TALK stands, " ", stands.progress, "% ", stands.current_step    ' bot: in_progress 50% Drive
    """
    given = workflow.get("workflow_id") or workflow.get("id") if isinstance(workflow, dict) else workflow
    found = await Workflows(turn.tasks).get(values.text(given))
    current = found.current
    steps: list[Value] = [
        {
            "name": step.name,
            "task_id": spelled(step.task.id),
            "status": PLAIN[step.task.status],
            "assignee": step.task.assignee,
            "is_ready": found.is_ready(step),
            "attempt": step.attempt,
            "again_at": step.again_at,
        }
        for step in found.steps
    ]
    return Handle.of(
        PLAIN[found.status],
        {
            "workflow_id": found.id,
            "name": found.name,
            "status": PLAIN[found.status],
            "has_failed": found.status == "failed",
            "progress": found.progress,
            "completed_steps": found.completed_count,
            "total_steps": found.total_count,
            "current_step": None if current is None else current.name,
            "task_id": None if current is None else spelled(current.task.id),
            "estimated_completion": found.estimated_completion(turn.now()),
            "steps": steps,
        },
    )
