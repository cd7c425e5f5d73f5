"""Messages that were not delivered, and those that no turn could take in, as a person looks for them.

One that was put back in line has had no attempt and still has a time for the next: it has passed, whatever clock looks.
"""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from sqlalchemy import BindParameter, bindparam, select

from tasktalk.storage.conditions import IS_PENDING, IS_STUCK
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import contact, conversation, message
from tasktalk.storage.writes import Row

Which: TypeAlias = Literal["dead", "parked", "withheld", "failing", "waiting"]

_AFTER: BindParameter[Any] = bindparam("after", None)
_LIMIT: BindParameter[Any] = bindparam("limit", None)

_LISTED = (
    select(
        message.c.id,
        conversation.c.bot,
        conversation.c.channel,
        contact.c.address.label("contact"),
        message.c.conversation_id,
        message.c.status,
        message.c.attempts,
        message.c.next_attempt_at,
        message.c.error,
        message.c.created_at,
    )
    .join(conversation, conversation.c.id == message.c.conversation_id)
    .join(contact, contact.c.id == conversation.c.contact_id)
    .where(message.c.id > _AFTER)
    .order_by(message.c.id)
    .limit(_LIMIT)
)
_WAITING = _LISTED.where(IS_PENDING, message.c.direction == "out")
_LISTS = {
    "dead": _LISTED.where(IS_STUCK, message.c.status == "dead"),
    "parked": _LISTED.where(IS_STUCK, message.c.status == "parked"),
    "withheld": _LISTED.where(IS_STUCK, message.c.status == "withheld"),
    "failing": _WAITING.where(message.c.attempts > 0),
    "waiting": _WAITING,
}
_PUT_BACK = (
    select(message.c.conversation_id)
    .where(IS_PENDING, message.c.direction == "out", message.c.attempts == 0, message.c.next_attempt_at.is_not(None))
    .distinct()
)


async def listed(
    reader: Reader,
    which: Which,
    limit: int,
    channel: str | None = None,
    after: str = "",
    organisation_id: str | None = None,
) -> Sequence[Row]:
    """The eldest messages, in talks of an organisation or of all, whose ids come behind `after`: `dead` ones, inbound
    ones that are `parked`, those `withheld` from people who have opted out, those that are `failing` (tried, and to be
    tried again), or all that are `waiting` to be delivered.

    With each come its `bot`, `channel` and `contact`, the address.
    """
    query = _LISTS[which] if channel is None else _LISTS[which].where(conversation.c.channel == channel)
    if organisation_id is not None:
        query = query.where(conversation.c.organisation_id == organisation_id)
    return await reader.rows(query, {"after": after, "limit": limit})


async def with_put_back(reader: Reader) -> list[str]:
    """The ids of conversations in which a message was put back in line and has not been tried since."""
    return [row["conversation_id"] for row in await reader.rows(_PUT_BACK)]
