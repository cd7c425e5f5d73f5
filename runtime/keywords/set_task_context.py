"""SET TASK CONTEXT."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import task_id
from tasktalk.runtime.turn import Turn


@keyword("SET TASK CONTEXT <task>, <context>", returns="text")
async def set_task_context(turn: Turn, task: Value, context: Value) -> str:
    """Keeps a record with a task, instead of the one that it had: whatever a program that works on it needs to know.

    Gives the task's id.

    Errors: task_not_found, invalid_context.

    Example:
        id = CREATE TASK "Ship the order"
        SET TASK CONTEXT id, {order: 4711}
        task = GET TASK id
        TALK task.context.order                 ' bot: 4711
    """
    changed, _ = await turn.tasks.update(task_id(task), {"context": context})
    return spelled(changed.id)
