"""SET TASK TAGS."""

from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks.model import spelled
from tasktalk.runtime.tasks.references import tag_list, task_id
from tasktalk.runtime.turn import Turn


@keyword("SET TASK TAGS <task>, <tags>", returns="text")
async def set_task_tags(turn: Turn, task: Value, tags: Value) -> str:
    """Gives a task these tags instead of those that it had: a list, or a text with commas. Gives the task's id.

    Errors: task_not_found, invalid_tags.

    Example:
        id = CREATE TASK "Order paper"
        SET TASK TAGS id, "office, urgent"
        task = GET TASK id
        TALK JOIN(task.tags)                    ' bot: office, urgent
    """
    changed, _ = await turn.tasks.update(task_id(task), {"tags": tag_list(tags)})
    return spelled(changed.id)
