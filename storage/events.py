"""Events as they are read: what changed, in order."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from tasktalk.storage.database import Reader
from tasktalk.storage.tables import event, pending_event
from tasktalk.storage.writes import Row

_PENDING = (
    select(event, pending_event.c.depth)
    .join(pending_event, pending_event.c.event_id == event.c.id)
    .order_by(event.c.sequence + 0)  # by the index SQLite would go through all events, pending or not
    .limit(bindparam("limit", None))
)


async def pending(reader: Reader, limit: int) -> Sequence[Row]:
    """The first events, in the order of their commits, that no handler was started for, each with its `depth`."""
    return await reader.rows(_PENDING, {"limit": limit})


async def after(reader: Reader, subject: str, sequence: int, limit: int = 1000) -> Sequence[Row]:
    """The events of one kind of subject that were committed after the one of this number; 0 is before the first."""
    query = select(event).where(event.c.subject == subject, event.c.sequence > sequence)
    return await reader.rows(query.order_by(event.c.sequence).limit(limit))
