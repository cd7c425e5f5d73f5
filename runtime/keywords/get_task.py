"""GET TASK."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.records import record
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword("GET TASK <task>", returns="record")
async def get_task(turn: Turn, task: Value) -> dict[str, Value]:
    """A task as it stands now: a record.

    Its fields are id (or task_id), title, description, status, priority, assignee, due_date (or due_at), progress,
    tags, context, resolution, created_by, created_at, updated_at, started_at, completed_at, completed_by and others. To
    change the record changes nothing of the task. A task that moves through the steps of a workflow has workflow, step,
    step_name, instructions (those of the step) and attempt, too.

    Errors: task_not_found.

    Example:
        id = CREATE TASK "Call Ana back", "bob"
        task = GET TASK id
        TALK task.title, " for ", task.assignee ' bot: Call Ana back for bob
    """
    found = await turn.tasks.get(task_id(task))
    return {**record(found, turn.now()), **await turn.tasks.stages.told(found.id)}
