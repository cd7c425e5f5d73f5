"""Conversations as the people look at them who take over from bots."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, select

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import contact, conversation, handover, message, profile
from tasktalk.storage.writes import Row

_TALKS = select(
    conversation.c.id,
    conversation.c.bot,
    conversation.c.channel,
    conversation.c.organisation_id,
    contact.c.address.label("contact"),
    func.coalesce(profile.c.name, contact.c.name).label("name"),
    contact.c.opted_out_at,
    handover.c.since,
    handover.c.reason,
).select_from(
    conversation.join(contact, contact.c.id == conversation.c.contact_id)
    .outerjoin(profile, profile.c.contact_id == func.coalesce(contact.c.person_id, contact.c.id))
    .outerjoin(handover, handover.c.conversation_id == conversation.c.id)
)
_WITH_PERSON = (
    _TALKS.where(handover.c.since.is_not(None))
    .order_by(handover.c.since, conversation.c.id)
    .limit(bindparam("limit", None))
)
_BY_ID: Any = _TALKS.where(conversation.c.id == bindparam("id", None))
_SAID = (
    select(
        message.c.id,
        message.c.conversation_id,
        message.c.sequence,
        message.c.direction,
        message.c.text,
        message.c.detail,
        message.c.status,
        message.c.created_at,
    )
    .where(message.c.conversation_id == bindparam("id", None), message.c.sequence < bindparam("before", None))
    .order_by(message.c.sequence.desc())
    .limit(bindparam("limit", None))
)
_NEWEST = 2**31 - 1


async def with_person(
    reader: Reader, limit: int, bot: str | None = None, organisation_id: str | None = None
) -> Sequence[Row]:
    """The conversations, of an organisation or of all, that are with a person, those first that have been so longest:
    `bot`, `channel`, `contact` (the address), `name`, `reason`, `since`."""
    query = _WITH_PERSON if bot is None else _WITH_PERSON.where(conversation.c.bot == bot)
    if organisation_id is not None:
        query = query.where(conversation.c.organisation_id == organisation_id)
    return await reader.rows(query, {"limit": limit})


async def by_id(reader: Reader, conversation_id: str) -> Row | None:
    """One conversation, be it with its bot: then it has no `since`."""
    return await reader.row(_BY_ID, {"id": conversation_id})


async def said(reader: Reader, conversation_id: str, limit: int, before: int = _NEWEST) -> Sequence[Row]:
    """The newest messages whose number is below `before`, in order."""
    rows = await reader.rows(_SAID, {"id": conversation_id, "before": before, "limit": limit})
    return rows[::-1]
