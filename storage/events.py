"""Events as they are read: what changed, in order."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from tasktalk.storage.database import Reader
from tasktalk.storage.tables import event, pending_event
from tasktalk.storage.writes import Row

_PENDING = (
    select(event, pending_event.c.depth)
    .join(pending_event, pending_event.c.event_id == event.c.id)
    .order_by(event.c.id)
    .limit(bindparam("limit", None))
)


async def pending(reader: Reader, limit: int) -> Sequence[Row]:
    """The eldest events that no handler has been started for, each with its `depth`."""
    return await reader.rows(_PENDING, {"limit": limit})


async def after(reader: Reader, subject: str, event_id: str, limit: int = 1000) -> Sequence[Row]:
    """The events of one kind of subject that were recorded after the given one; "" is before the first."""
    query = select(event).where(event.c.subject == subject, event.c.id > event_id).order_by(event.c.id).limit(limit)
    return await reader.rows(query)
