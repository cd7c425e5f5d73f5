"""What turns asked of the outside, as it is read and, when it is old, removed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, exists, select

from tasktalk.storage.conditions import IS_PENDING, IS_QUEUED
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import message, run, step, timer
from tasktalk.storage.writes import Row, WriteSet

_OF = step.c.conversation_id
_OF_INPUT = select(step).where(
    step.c.conversation_id == bindparam("conversation_id", None), step.c.input == bindparam("input", None)
)
# Where something is left to do, an old record may be of a turn that has not been committed yet.
_OLD = (
    select(step.c.id)
    .where(
        step.c.begun_at < bindparam("before", None),
        ~exists().where(
            and_(message.c.conversation_id == _OF, message.c.direction == "in"),
            IS_PENDING,
        ),
        ~exists().where(run.c.conversation_id == _OF, IS_QUEUED),
        ~exists().where(timer.c.conversation_id == _OF, timer.c.due_at < bindparam("now", None)),
    )
    .order_by(step.c.begun_at)
    .limit(bindparam("limit", None))
)


async def of_input(reader: Reader, conversation_id: str, given: str) -> Sequence[Row]:
    """What was recorded of the steps of the turns that took this input."""
    return await reader.rows(_OF_INPUT, {"conversation_id": conversation_id, "input": given})


async def removal(reader: Reader, before: datetime, now: datetime, limit: int) -> WriteSet:
    """What removes the eldest records that were begun before a moment, but for those that a turn may still need."""
    writes = WriteSet()
    for row in await reader.rows(_OLD, {"before": before, "now": now, "limit": limit}):
        writes.delete("step", {"id": row["id"]})
    return writes
