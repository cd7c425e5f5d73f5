"""A task as scripts see it: a record, or its id that has fields."""

from dataclasses import asdict
from datetime import datetime

from tasktalk.interpreter.values import Handle, Value
from tasktalk.runtime.plain_values import as_value
from tasktalk.runtime.tasks.model import Task, spelled
from tasktalk.runtime.tasks.statuses import PLAIN

_INNER = frozenset(["origin", "is_once"])


def record(task: Task, now: datetime) -> dict[str, Value]:
    """Its fields by name, as of a moment. The id, which is also `task_id`, is spelled as CREATE TASK gives it."""
    fields = {name: as_value(value) for name, value in asdict(task).items() if name not in _INNER}
    fields["sla"] = task.sla(now)
    return with_due_date({"task_id": spelled(task.id), **fields, "id": spelled(task.id)})


def with_due_date(fields: dict[str, Value]) -> dict[str, Value]:
    """The fields, with `due_date` as the task APIs call it beside `due_at`, where there is that."""
    return {**fields, "due_date": fields["due_at"]} if "due_at" in fields else fields


def handle(task: Task, address: str | None) -> Handle:
    """Its id as CREATE TASK gives it; `address` is where programs find the task, if anybody serves them."""
    task_id = spelled(task.id)
    return Handle.of(task_id, {"task_id": task_id, "id": task_id, "status": PLAIN[task.status], "url": address})
