"""What becomes of the runs of a task that is deleted.

Those that wait for their turn never begin; the others end in their own time, with the task as it was.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from tasktalk.runtime.handover import give_back_task
from tasktalk.runtime.runs.events import give_up
from tasktalk.runtime.tasks.model import Actor, Task
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import runs
from tasktalk.storage.writes import Row

_MOMENTS = frozenset(field.name for field in fields(Task) if field.name.endswith("_at"))


async def leave(work: UnitOfWork, task: Row, actor: Actor) -> None:
    """Adds what the end of a task means for its runs; one that a person has taken over goes on."""
    async with work.read() as reader:
        found = await runs.under_way(reader, task["id"])
    for run in found:
        if run["begins_at"] is not None:
            give_up(work, run, "cancelled", "the task was deleted")
        else:
            as_it_was = {name: _plain(value) for name, value in task.items()}
            work.writes.update("run", {"id": run["id"], "status": run["status"]}, {"last_task": as_it_was})
    await give_back_task(work, task["id"], actor)


def as_it_was(kept: Mapping[str, Any] | None) -> Task | None:
    """The task that a run keeps; None where it keeps none, because the task is still there."""
    if kept is None:
        return None
    return Task.of({name: _moment(value) if name in _MOMENTS else value for name, value in kept.items()})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
