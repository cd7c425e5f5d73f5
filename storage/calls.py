"""The conversations of calls, which are removed when nothing in them is left to do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, select

from tasktalk.storage.conditions import IS_CALL, IS_PENDING, IS_WAITING
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import conversation, handover, message, run, schedule, session, timer
from tasktalk.storage.writes import Row, WriteSet

_OF = conversation.c.id
_IS_DONE = (
    ~exists().where(run.c.conversation_id == _OF, run.c.status.not_in(["completed", "failed"])),
    ~exists().where(session.c.conversation_id == _OF, IS_WAITING),
    ~exists().where(message.c.conversation_id == _OF, IS_PENDING),
    ~exists().where(timer.c.conversation_id == _OF),
    ~exists().where(schedule.c.conversation_id == _OF),
    ~exists().where(handover.c.conversation_id == _OF),
)
_DONE = select(conversation).where(IS_CALL, conversation.c.id == bindparam("id", None), *_IS_DONE)
_DONE_BEFORE = (
    select(conversation.c.id)
    .where(IS_CALL, conversation.c.created_at < bindparam("before", None), *_IS_DONE)
    .order_by(conversation.c.created_at)
    .limit(bindparam("limit", None))
)
_RUNS: Any = select(run.c.id).where(run.c.conversation_id == bindparam("id", None))
_SESSIONS: Any = select(session.c.id).where(session.c.conversation_id == bindparam("id", None))


async def done_before(reader: Reader, before: datetime, limit: int) -> Sequence[str]:
    """The eldest conversations of calls that came before a moment and in which nothing is left to do."""
    return [row["id"] for row in await reader.rows(_DONE_BEFORE, {"before": before, "limit": limit})]


async def removal(reader: Reader, conversation_id: str) -> WriteSet | None:
    """What removes a call's conversation, its contact and all that belongs to them; None while something is to be done.

    It names what it removes: the commit is a Conflict when there is more of it by then.
    """
    found: Row | None = await reader.row(_DONE, {"id": conversation_id})
    if found is None:
        return None
    writes, of_conversation = WriteSet(), {"conversation_id": conversation_id}
    writes.delete("message", of_conversation)
    writes.delete("step", of_conversation)
    writes.delete("conversation_tag", of_conversation)
    writes.delete("automation_done", of_conversation)
    for row in await reader.rows(_SESSIONS, {"id": conversation_id}):
        writes.delete("session", {"id": row["id"]})
    for row in await reader.rows(_RUNS, {"id": conversation_id}):
        writes.delete("run_start", {"run_id": row["id"]})
        writes.delete("run", {"id": row["id"]})
    writes.delete("conversation", {"id": conversation_id})
    # What scripts have noted of a contact whom nobody will ever meet again.
    writes.delete("profile", {"contact_id": found["contact_id"]})
    writes.delete("memory", {"bot": found["bot"], "owner": found["contact_id"]})
    writes.delete("contact", {"id": found["contact_id"]})
    return writes
