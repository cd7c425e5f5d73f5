"""Conversations, their messages and sessions, and what each has to do next."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import (
    BindParameter,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union,
    union_all,
)

from tasktalk.storage.conditions import IS_PENDING, IS_QUEUED, IS_WAITING, answers, in_buckets
from tasktalk.storage.reading import Asked, Damaged, Reader
from tasktalk.storage.tables import (
    awaited,
    contact,
    conversation,
    handover,
    message,
    profile,
    run,
    run_start,
    session,
    timer,
)
from tasktalk.storage.writes import Row

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""When a timer is due that is held back: it is never what comes next."""

# The statements of every turn are made, and so compiled, once.
_ID: BindParameter[Any] = bindparam("id", None)
_NOW: BindParameter[Any] = bindparam("now", None)
_LIMIT: BindParameter[Any] = bindparam("limit", None)
_BOT: BindParameter[Any] = bindparam("bot", None)

_IS_PROVIDED = and_(message.c.provider_id == bindparam("provider_id", None), message.c.provider_id.is_not(None))

_OF_CONTACT = (
    select(
        contact.c.id.label("contact_id"),
        contact.c.name,
        contact.c.second_address,
        conversation.c.id.label("conversation_id"),
        conversation.c.route,
        select(func.max(message.c.sequence))
        .where(message.c.conversation_id == conversation.c.id)
        .scalar_subquery()
        .label("last_sequence"),
        select(message.c.id)
        .where(message.c.conversation_id == conversation.c.id, _IS_PROVIDED)
        .scalar_subquery()
        .label("message_id"),
    )
    .select_from(
        contact.outerjoin(conversation, (conversation.c.contact_id == contact.c.id) & (conversation.c.bot == _BOT))
    )
    .where(contact.c.channel == bindparam("channel", None), contact.c.address == bindparam("address", None))
)
_BY_ID = (
    select(
        conversation,
        contact.c.address,
        contact.c.name.label("contact_name"),
        contact.c.opted_out_at,
        contact.c.person_id,
        contact.c.version.label("contact_version"),
        profile.c.name.label("noted_name"),
        profile.c.email,
        profile.c.language,
        profile.c.version.label("profile_version"),
        handover.c.since.label("with_person_since"),
    )
    .join(contact, contact.c.id == conversation.c.contact_id)
    .outerjoin(profile, profile.c.contact_id == func.coalesce(contact.c.person_id, contact.c.id))
    .outerjoin(handover, handover.c.conversation_id == conversation.c.id)
    .where(conversation.c.id == _ID)
)
_HOLDER = contact.alias("holder")
_IS_HELD = (_HOLDER.c.second_address == contact.c.address) & (_HOLDER.c.channel == contact.c.channel)
_OPTED_OUT = (
    select(case((_HOLDER.c.id.is_not(None), _HOLDER.c.opted_out_at), else_=contact.c.opted_out_at).label("since"))
    .select_from(conversation)
    .join(contact, contact.c.id == conversation.c.contact_id)
    .outerjoin(_HOLDER, _IS_HELD)
    .where(conversation.c.id == _ID)
)
_LAST_SEQUENCE = select(func.max(message.c.sequence)).where(message.c.conversation_id == _ID)
_MESSAGE = select(message).where(message.c.id == _ID)
_PROVIDED = select(message).where(message.c.conversation_id == _ID, _IS_PROVIDED)
_MESSAGES = (
    select(message)
    .where(message.c.conversation_id == _ID, message.c.sequence > bindparam("after", None))
    .order_by(message.c.sequence)
    .limit(_LIMIT)
)
_QUESTION = message.alias("question")
# Not in order: for that SQLite would go through the conversation.
_ANSWER = select(
    union_all(
        *(select(message).where(_QUESTION.c.id == _ID, is_part) for is_part in answers(message, _QUESTION))
    ).subquery()
)
_UNDELIVERED = (
    select(message)
    .where(IS_PENDING, message.c.direction == "out", message.c.conversation_id == _ID)
    .order_by(message.c.sequence)
    .limit(_LIMIT)
)
_UNHEARD_ROWS = (
    select(message)
    .where(IS_PENDING, message.c.direction == "in", message.c.conversation_id == _ID)
    .order_by(message.c.sequence)
    .limit(_LIMIT)
)
_OPEN_SESSIONS = (
    select(
        *(column for column in session.columns if column is not session.c.state),
        run.c.task_id,
        run.c.last_task,
        run_start.c.depth,
        timer.c.due_at,
    )
    .select_from(
        session.outerjoin(run, run.c.id == session.c.run_id)
        .outerjoin(run_start, run_start.c.run_id == run.c.id)
        .outerjoin(timer, timer.c.id == session.c.id)
    )
    .where(IS_WAITING, session.c.conversation_id == _ID)
    .order_by(session.c.started_at, session.c.id)
)
_STATE = select(session.c.state).where(session.c.id == _ID, session.c.version == bindparam("version", None))
_TIMER = select(timer).where(timer.c.id == _ID)
_RUN = (
    select(run, run_start.c.program_id, run_start.c.handler, run_start.c.depth)
    .outerjoin(run_start, run_start.c.run_id == run.c.id)
    .where(run.c.id == _ID)
)
_NO_RUN: Mapping[str, Any] = MappingProxyType(dict.fromkeys(_RUN.selected_columns.keys()))
_NO_CONVERSATION: Mapping[str, Any] = MappingProxyType(dict.fromkeys(_BY_ID.selected_columns.keys()))
_RUNS = select(run).where(run.c.conversation_id == _ID).order_by(run.c.created_at, run.c.id)
_AWAITING = select(awaited).where(awaited.c.task_id == _ID).order_by(awaited.c.session_id)
_HELD_TIMERS = select(timer.c.id).where(timer.c.conversation_id == _ID, timer.c.due_at == NEVER)
_HELD_RUNS = select(run.c.id).where(run.c.conversation_id == _ID, run.c.status == "held")
_REACHABLE = (
    select(contact.c.id.label("contact_id"), contact.c.channel, conversation.c.id.label("conversation_id"))
    .select_from(
        contact.outerjoin(conversation, (conversation.c.contact_id == contact.c.id) & (conversation.c.bot == _BOT))
    )
    .outerjoin(_HOLDER, _IS_HELD)
    .where(or_(contact.c.address == _ID, contact.c.second_address == _ID), _HOLDER.c.id.is_(None))
    .order_by(contact.c.created_at, contact.c.id)
)
_OF_CHANNEL = select(contact.c.id, contact.c.address, contact.c.second_address, contact.c.opted_out_at).where(
    contact.c.channel == bindparam("channel", None)
)
_SHARING = select(
    union_all(
        _OF_CHANNEL.where(contact.c.address == _ID),
        _OF_CHANNEL.where(contact.c.second_address == _ID),
    ).subquery()
)

_DUE = (
    select(literal("timer").label("kind"), timer.c.id, timer.c.due_at.label("at"), literal(0).label("place"))
    .where(timer.c.conversation_id == _ID, timer.c.due_at <= _NOW)
    .order_by(timer.c.due_at, timer.c.id)
    .limit(2)
)
_QUEUED = (
    select(literal("run").label("kind"), run.c.id, run.c.planned_at.label("at"), literal(0).label("place"))
    .where(IS_QUEUED, run.c.conversation_id == _ID)
    .order_by(run.c.created_at, run.c.id)
    .limit(2)
)
_UNHEARD = (
    select(literal("message").label("kind"), message.c.id, message.c.created_at.label("at"), message.c.sequence)
    .where(IS_PENDING, message.c.direction == "in", message.c.conversation_id == _ID)
    .order_by(message.c.sequence)
    .limit(2)
)
_ALL = union_all(*(select(part.subquery()) for part in (_DUE, _QUEUED, _UNHEARD))).subquery()
_INPUTS = select(_ALL).order_by(_ALL.c.kind, _ALL.c.place, _ALL.c.at, _ALL.c.id)

_WITH_DUE_TIMER = select(timer.c.conversation_id).where(timer.c.due_at <= _NOW)


async def of_contact(reader: Asked, bot: str, channel: str, address: str, provider_id: str | None = None) -> Row | None:
    """The contact (`contact_id`, `name`, `second_address`) and its `conversation_id` with the bot, which is None
    before the first.

    With that come its `route`, its `last_sequence`, None before its first message, and the `message_id` of the one that
    a provider's delivery with this id became, None where that is new.
    """
    given = {"bot": bot, "channel": channel, "address": address, "provider_id": provider_id}
    return await reader.row(_OF_CONTACT, given)


async def by_id(reader: Asked, conversation_id: str) -> Row | None:
    """The conversation's row, or None.

    With it come its contact's `address`, `contact_name`, `opted_out_at`, `person_id`
    and `contact_version`, what scripts have noted of
    them (`noted_name`, `email`, `language`, `profile_version`), and `with_person_since` where a person has taken it
    over.
    """
    return await reader.row(_BY_ID, {"id": conversation_id})


async def opted_out_at(reader: Asked, conversation_id: str) -> datetime | None:
    """Since when nothing may go out to the conversation's contact; None where it may. An address that has become the
    second one of somebody else's contact is theirs, and so is the wish."""
    found: datetime | None = await reader.value(_OPTED_OUT, {"id": conversation_id})
    return found


async def last_sequence(reader: Asked, conversation_id: str) -> int:
    """The number of the newest message, 0 before the first."""
    return await reader.value(_LAST_SEQUENCE, {"id": conversation_id}) or 0


async def message_by_id(reader: Asked, message_id: str) -> Row | None:
    """The message's row, or None."""
    return await reader.row(_MESSAGE, {"id": message_id})


async def message_by_provider_id(reader: Asked, conversation_id: str, provider_id: str) -> Row | None:
    """The message that a provider's delivery with this id became, or None."""
    return await reader.row(_PROVIDED, {"id": conversation_id, "provider_id": provider_id})


async def messages(reader: Reader, conversation_id: str, after: int, limit: int) -> Sequence[Row]:
    """The first `limit` messages numbered higher than `after`, in order."""
    return await reader.rows(_MESSAGES, {"id": conversation_id, "after": after, "limit": limit})


async def message_and_answer(asked: Asked, message_id: str) -> tuple[Row | None, Sequence[Row]]:
    """An inbound message's row, or None, with the messages that the answer to it carries, in order."""
    given = {"id": message_id}
    rows, found = await asked.rows_of_each((_MESSAGE, given), (_ANSWER, given))
    return rows[0] if rows else None, sorted(found, key=lambda row: row["sequence"])


async def message_and_undelivered(
    asked: Asked, message_id: str, conversation_id: str, limit: int
) -> tuple[Row | None, Sequence[Row]]:
    """The message's row, or None, with what `undelivered` gives."""
    rows, found = await asked.rows_of_each(
        (_MESSAGE, {"id": message_id}), (_UNDELIVERED, {"id": conversation_id, "limit": limit})
    )
    return rows[0] if rows else None, found


async def undelivered(reader: Asked, conversation_id: str, limit: int) -> Sequence[Row]:
    """The eldest outbound messages that nobody has got yet."""
    return await reader.rows(_UNDELIVERED, {"id": conversation_id, "limit": limit})


async def unheard(reader: Asked, conversation_id: str, limit: int) -> Sequence[Row]:
    """The eldest inbound messages that no turn has taken in."""
    return await reader.rows(_UNHEARD_ROWS, {"id": conversation_id, "limit": limit})


async def open_sessions(reader: Reader, conversation_id: str) -> Sequence[Row]:
    """The sessions that wait for something, eldest first: all but their states, with `task_id` and `depth` of the run
    that each belongs to, and `due_at`, the time at which its wait ends."""
    return await reader.rows(_OPEN_SESSIONS, {"id": conversation_id})


async def state(reader: Asked, session_id: str, version: int) -> Row | None:
    """The `state` in which a session waits; None when the session has changed since this version."""
    return await reader.row(_STATE, {"id": session_id, "version": version})


async def at_hand(
    reader: Asked, conversation_id: str, now: datetime
) -> tuple[Sequence[Row], Row | None, Sequence[Row]]:
    """What the conversation has to take in, and what `by_id` and `open_sessions` give, in one go.

    The first is of each `kind` (timer, run, message) the first two, with `id` and `at`, those of one kind in their
    order. A moment that is damaged counts as `now`; but what lies behind that as text is not found, and never comes.
    """
    given = {"id": conversation_id}
    found, rows, sessions = await reader.rows_of_each(
        (_INPUTS, {**given, "now": now}), (_BY_ID, given), (_OPEN_SESSIONS, given)
    )
    for name, moments in (("at", found), ("due_at", sessions)):
        for row in moments:
            if isinstance(row[name], Damaged):
                row[name] = now
    return found, rows[0] if rows else None, sessions


async def timer_by_id(reader: Asked, timer_id: str, now: datetime) -> Row | None:
    """The timer's row, or None. A moment that is damaged counts as `now`."""
    row = await reader.row(_TIMER, {"id": timer_id})
    return {**row, "due_at": now} if row is not None and isinstance(row["due_at"], Damaged) else row


async def run_by_id(reader: Asked, run_id: str) -> Row | None:
    """The run's row, or None; with `handler`, `program_id` and `depth` for one that begins in a handler."""
    return await reader.row(_RUN, {"id": run_id})


def as_read(table: Literal["run", "conversation"], row: Row) -> Row:
    """A row that was just inserted as `run_by_id` or `by_id` gives it: a run of no handler, a conversation with a
    contact that is as new, who has an `address`."""
    if table == "run":
        return {**_NO_RUN, **row}
    return {**_NO_CONVERSATION, "contact_version": 0, **row}


async def runs(reader: Reader, conversation_id: str) -> Sequence[Row]:
    """The runs of a conversation, eldest first."""
    return await reader.rows(_RUNS, {"id": conversation_id})


async def awaiting(reader: Reader, task_id: str) -> Sequence[Row]:
    """The sessions that wait for the end of a task: `session_id` and `conversation_id`."""
    return await reader.rows(_AWAITING, {"id": task_id})


async def held(reader: Reader, conversation_id: str) -> tuple[list[str], list[str]]:
    """The ids of the timers and of the runs that are held back in a conversation."""
    timers = await reader.rows(_HELD_TIMERS, {"id": conversation_id})
    return [row["id"] for row in timers], [row["id"] for row in await reader.rows(_HELD_RUNS, {"id": conversation_id})]


async def reachable(reader: Reader, bot: str, address: str) -> Sequence[Row]:
    """The contacts with this address, or with it as the second one, on any channel, eldest first: `contact_id`,
    `channel`, and `conversation_id`, the one with the bot, None where there is none yet."""
    return await reader.rows(_REACHABLE, {"bot": bot, "id": address})


async def sharing(reader: Reader, channel: str, address: str) -> Sequence[Row]:
    """The contacts of a channel that have this address, or have it as the second one: `id`, both, `opted_out_at`."""
    return await reader.rows(_SHARING, {"channel": channel, "id": address})


async def with_due_timer(reader: Reader, now: datetime, buckets: Collection[int] | None = None) -> list[str]:
    """The ids of conversations with a timer that is due, in all buckets or some."""
    query = in_buckets(buckets, _WITH_DUE_TIMER, timer.c.conversation_id)
    # Not DISTINCT: for that SQLite would go through every timer, due or not, in the order of the conversations.
    return list({row["conversation_id"]: None for row in await reader.rows(query, {"now": now})})


async def with_input(reader: Reader, buckets: Collection[int] | None = None) -> list[str]:
    """The ids of conversations with a message that is not heard yet or a run that has not started, in all buckets or
    some."""
    unheard = select(message.c.conversation_id).where(IS_PENDING, message.c.direction == "in")
    heard = in_buckets(buckets, unheard, message.c.conversation_id)
    queued = in_buckets(buckets, select(run.c.conversation_id).where(IS_QUEUED), run.c.conversation_id)
    return [row["conversation_id"] for row in await reader.rows(select(union(heard, queued).subquery()))]


async def with_undelivered(
    reader: Reader, channels: Collection[str], buckets: Collection[int] | None = None
) -> list[str]:
    """The ids of conversations on one of the channels with a message that is to be delivered, in all buckets or
    some."""
    query = (
        select(message.c.conversation_id)
        .join(conversation, conversation.c.id == message.c.conversation_id)
        .where(IS_PENDING, message.c.direction == "out", conversation.c.channel.in_(channels))
        .distinct()
    )
    query = in_buckets(buckets, query, message.c.conversation_id)
    return [row["conversation_id"] for row in await reader.rows(query)]
