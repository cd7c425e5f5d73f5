"""Notices that open tasks have fallen overdue: each due date once, as an event."""

import logging
from collections.abc import Sequence
from datetime import datetime

from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import tasks
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.writes import Conflict

PAGE = 200
ACTOR = "clock"

_log = logging.getLogger("tasktalk.tasks")


async def due(reader: Reader, now: datetime) -> Sequence[str]:
    """The ids of tasks that have just fallen overdue, a page of them; to be given to `mark`."""
    return await tasks.overdue(reader, now, PAGE)


async def mark(database: Database, found: Sequence[str], now: datetime) -> None:
    """Records the event of each; a task whose due date was moved meanwhile is left alone."""
    for task_id in found:
        work = UnitOfWork(database, now)
        row = await work.task(task_id)
        if row is None:
            continue
        # A Delete that finds nothing is no Conflict, so the change before it is what notices a due date that moved.
        work.writes.update("deadline", {"task_id": task_id, "due_at": row["due_at"]}, {"due_at": row["due_at"]})
        work.writes.delete("deadline", {"task_id": task_id})
        work.record(
            "task_overdue",
            "task",
            task_id,
            organisation_id=row["organisation_id"],
            actor=ACTOR,
            source=ACTOR,
            changes={"is_overdue": (False, True)},
        )
        try:
            await work.commit()
        except Conflict as conflict:
            _log.info("task %s was changed while it fell overdue: %s", task_id, conflict)
