"""A task as scripts see it: a record, or its id that has fields."""

from dataclasses import asdict

from tasktalk.interpreter.values import Handle, Value
from tasktalk.runtime.plain_values import as_value
from tasktalk.runtime.tasks.model import Task, spelled
from tasktalk.runtime.tasks.statuses import PLAIN


def record(task: Task) -> dict[str, Value]:
    """Its fields by name, with the id in both spellings: `task_id` as CREATE TASK gives it, `id` bare."""
    return {"task_id": spelled(task.id), **{name: as_value(value) for name, value in asdict(task).items()}}


def handle(task: Task, address: str | None) -> Handle:
    """Its id as CREATE TASK gives it; `address` is where programs find the task, if anybody serves them."""
    task_id = spelled(task.id)
    return Handle.of(task_id, {"task_id": task_id, "id": task_id, "status": PLAIN[task.status], "url": address})
