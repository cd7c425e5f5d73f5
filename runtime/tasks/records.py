"""A task as scripts see it: a record."""

from dataclasses import asdict

from tasktalk.interpreter.values import Value
from tasktalk.runtime.plain_values import as_value
from tasktalk.runtime.tasks.model import Task, spelled


def record(task: Task) -> dict[str, Value]:
    """Its fields by name, with the id in both spellings: `task_id` as CREATE TASK gives it, `id` bare."""
    return {"task_id": spelled(task.id), **{name: as_value(value) for name, value in asdict(task).items()}}
