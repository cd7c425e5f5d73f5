"""Notices that open tasks have fallen overdue, or are about to by their SLA: each due date once, as an event."""

import logging
from collections.abc import Sequence
from datetime import datetime

from tasktalk.runtime.tasks import sla
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import tasks
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.writes import Conflict, Row

PAGE = 200
ACTOR = "clock"

_log = logging.getLogger("tasktalk.tasks")


async def due(reader: Reader, now: datetime) -> Sequence[Row]:
    """The deadlines that have just passed, a page of them; to be given to `mark`."""
    return await tasks.overdue(reader, now, PAGE)


async def mark(database: Database, found: Sequence[Row], now: datetime) -> None:
    """Records the event of each; a task whose due date was moved meanwhile is left alone.

    There is no warning of a due date that has passed as well.
    """
    for deadline in found:
        work = UnitOfWork(database, now)
        row = await work.task(deadline["task_id"])
        if row is None or row["due_at"] is None:
            continue
        kind, changes = "task_overdue", {"is_overdue": (False, True)}
        key = {name: deadline[name] for name in ("task_id", "due_at", "is_warning")}
        if deadline["is_warning"] and row["due_at"] > now:
            kind, changes = sla.WARNING, {"is_due_soon": (False, True)}
            work.writes.update("deadline", key, {"due_at": row["due_at"], "is_warning": False})
        else:
            # A Delete that finds nothing is no Conflict, so the change before it notices a due date that moved.
            work.writes.update("deadline", key, {"due_at": deadline["due_at"]})
            work.writes.delete("deadline", {"task_id": row["id"]})
            if row["is_due_by_sla"]:
                changes["is_breached"] = (False, True)
        work.record(
            kind,
            "task",
            row["id"],
            organisation_id=row["organisation_id"],
            actor=ACTOR,
            source=ACTOR,
            changes=changes,
        )
        try:
            await work.commit()
        except Conflict as conflict:
            _log.info("task %s was changed while it fell overdue: %s", row["id"], conflict)
