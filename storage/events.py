"""Events as they are read: what changed, in order."""

from collections.abc import Sequence

from sqlalchemy import select

from tasktalk.storage.database import Reader
from tasktalk.storage.tables import event
from tasktalk.storage.writes import Row


async def after(reader: Reader, subject: str, event_id: str, limit: int = 1000) -> Sequence[Row]:
    """The events of one kind of subject that were recorded after the given one; "" is before the first."""
    query = select(event).where(event.c.subject == subject, event.c.id > event_id).order_by(event.c.id).limit(limit)
    return await reader.rows(query)
