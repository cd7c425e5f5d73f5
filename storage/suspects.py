"""The inputs that a process finds waiting when it begins to drive conversations."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal_column, select, union_all

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import conversation, message, run, suspect, timer


async def waiting(reader: Reader, now: datetime, buckets: Collection[int] | None = None) -> dict[str, int]:
    """The ids of all messages, runs and timers that are to be taken in now, in all buckets or some, each with the
    number of its attempts that were noted."""
    # Written out, and no parameters: only so are the partial indexes used.
    unheard = select(message.c.id).where(
        message.c.status == literal_column("'pending'"), message.c.direction == literal_column("'in'")
    )
    queued = select(run.c.id).where(run.c.status == literal_column("'queued'"))
    due = select(timer.c.id).where(timer.c.due_at <= now)
    found = union_all(
        _in(buckets, unheard, message.c.conversation_id),
        _in(buckets, queued, run.c.conversation_id),
        _in(buckets, due, timer.c.conversation_id),
    ).subquery()
    attempts: Any = func.coalesce(suspect.c.attempts, 0).label("attempts")
    query = select(found.c.id, attempts).outerjoin(suspect, suspect.c.input_id == found.c.id)
    return {row["id"]: row["attempts"] for row in await reader.rows(query)}


def _in(buckets: Collection[int] | None, query: Select[Any], conversation_id: ColumnElement[Any]) -> Select[Any]:
    if buckets is None:
        return query
    return query.where(exists().where(conversation.c.id == conversation_id, conversation.c.bucket.in_(sorted(buckets))))
