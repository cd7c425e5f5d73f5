"""The inputs that a process finds waiting when it begins to drive conversations."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal_column, select, union_all

from tasktalk.storage.conditions import IS_PENDING, IS_QUEUED, in_buckets
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import message, run, suspect, timer


async def waiting(reader: Reader, now: datetime, buckets: Collection[int] | None = None) -> dict[str, int]:
    """The ids of all messages, runs and timers that are to be taken in now, in all buckets or some, each with the
    number of its attempts that were noted."""
    unheard = select(message.c.id).where(IS_PENDING, message.c.direction == literal_column("'in'"))
    queued = select(run.c.id).where(IS_QUEUED)
    due = select(timer.c.id).where(timer.c.due_at <= now)
    found = union_all(
        in_buckets(buckets, unheard, message.c.conversation_id),
        in_buckets(buckets, queued, run.c.conversation_id),
        in_buckets(buckets, due, timer.c.conversation_id),
    ).subquery()
    attempts: Any = func.coalesce(suspect.c.attempts, 0).label("attempts")
    query = select(found.c.id, attempts).outerjoin(suspect, suspect.c.input_id == found.c.id)
    return {row["id"]: row["attempts"] for row in await reader.rows(query)}
