"""The checklist of a task: ticking its items moves the task's progress."""

from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.model import Task
from tasktalk.runtime.tasks.service import Tasks


async def tick(tasks: Tasks, task_id: str, number: int | str, done: object) -> Task:
    """Says whether the item with this number, from 1, is done; the progress is then the part of them that is.

    A text is what was given as a number and is none.

    The progress of a completed task stays at 100. Raises Refused `task_not_found`, `checklist_item_not_found` or
    `invalid_done`.
    """
    task = await tasks.get(task_id)
    items = task.checklist or []
    if isinstance(number, str) or not 1 <= number <= len(items):
        there = f"its items are 1 to {len(items)}" if items else "it has none"
        raise Refused("checklist_item_not_found", f"Task {task_id} has no checklist item {str(number)[:40]}: {there}")
    if not isinstance(done, bool):
        raise Refused("invalid_done", "Done must be true or false")
    if items[number - 1]["done"] == done:
        return task
    ticked = [{**item, "done": done} if place == number else item for place, item in enumerate(items, 1)]
    changes: dict[str, Any] = {"checklist": ticked}
    if task.status != "completed":
        changes["progress"] = round(100 * sum(item["done"] for item in ticked) / len(ticked))
    return (await tasks.update(task_id, changes))[0]
