"""What is past, as it is found to be removed: in pages, and never what something still needs.

Where most of what is old may have to stay, a page is of what was looked at, so that the work of a page is bounded.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, case, exists, func, or_, select, tuple_

from tasktalk.storage.conditions import IS_PENDING, IS_WAITING, answers
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import (
    contact,
    conversation,
    event,
    handover,
    memory,
    message,
    pending_event,
    program,
    run,
    run_start,
    schedule,
    session,
    timer,
)
from tasktalk.storage.writes import Row

_BEFORE: BindParameter[Any] = bindparam("before", None)
_AFTER: BindParameter[Any] = bindparam("after", None)
_LIMIT: BindParameter[Any] = bindparam("limit", None)

_later, _of_answer, _question = (message.alias(name) for name in ("later", "of_answer", "question"))
_IS_SETTLED: ColumnElement[bool] = and_(
    message.c.status != "pending",
    message.c.created_at < _BEFORE,
    # The numbers of a conversation go on from its last message.
    exists().where(_later.c.conversation_id == message.c.conversation_id, _later.c.sequence > message.c.sequence),
    # Question and answer stay together: the same delivery again gets the same answer again.
    *(~exists().where(is_part, _of_answer.c.created_at >= _BEFORE) for is_part in answers(_of_answer, message)),
    ~exists().where(
        _question.c.conversation_id == message.c.conversation_id,
        _question.c.sequence == message.c.answers,
        _question.c.created_at >= _BEFORE,
    ),
)
_MESSAGES = (
    select(message.c.id, message.c.status, _IS_SETTLED.label("is_past"))
    .where(message.c.id > _AFTER, message.c.id < bindparam("until", None))
    .order_by(message.c.id)
    .limit(_LIMIT)
)
_newest = event.alias("newest")
_EVENTS = (
    select(
        event.c.id,
        event.c.sequence,
        and_(
            event.c.created_at < _BEFORE,
            ~exists().where(pending_event.c.event_id == event.c.id),
            # The numbers of all events go on from the last one.
            event.c.sequence < select(func.max(_newest.c.sequence)).scalar_subquery(),
        ).label("is_past"),
        (event.c.created_at >= _BEFORE).label("is_young"),
    )
    .where(event.c.sequence > _AFTER)
    .order_by(event.c.sequence)
    .limit(_LIMIT)
)
_SESSIONS = (
    select(session.c.id)
    .where(session.c.ended_at < _BEFORE, session.c.status.in_(["ended", "failed"]))
    .order_by(session.c.ended_at)
    .limit(_LIMIT)
)
_of_contact, _sibling = conversation.alias("of_contact"), run.alias("sibling")
_IS_LAST_OF_TALK: ColumnElement[bool] = and_(
    # A conversation that a run of a task has for itself, and for those that come soon after it: see `Lines`.
    conversation.c.channel == "task",
    contact.c.address.contains("/"),
    ~exists().where(
        _sibling.c.conversation_id == conversation.c.id,
        _sibling.c.id != run.c.id,
        or_(
            _sibling.c.ended_at.is_(None),
            tuple_(_sibling.c.ended_at, _sibling.c.id) > tuple_(run.c.ended_at, run.c.id),
        ),
    ),
    ~exists().where(_of_contact.c.contact_id == contact.c.id, _of_contact.c.id != conversation.c.id),
    ~exists().where(session.c.conversation_id == conversation.c.id, IS_WAITING),
    ~exists().where(message.c.conversation_id == conversation.c.id, IS_PENDING),
    ~exists().where(timer.c.conversation_id == conversation.c.id),
    ~exists().where(schedule.c.conversation_id == conversation.c.id),
    ~exists().where(handover.c.conversation_id == conversation.c.id),
)
_RUNS = (
    select(
        run.c.id,
        case((_IS_LAST_OF_TALK, conversation.c.id)).label("talk_id"),
        case((_IS_LAST_OF_TALK, contact.c.id)).label("talker_id"),
    )
    .outerjoin(conversation, conversation.c.id == run.c.conversation_id)
    .outerjoin(contact, contact.c.id == conversation.c.contact_id)
    .where(
        run.c.ended_at < _BEFORE,
        # by its run a repeated call is known; both go with the conversation
        func.coalesce(conversation.c.channel, "") != "call",
    )
    .order_by(run.c.ended_at, run.c.id)
    .limit(_LIMIT)
)
_MEMORIES = (
    select(memory.c.id, memory.c.version)
    .where(memory.c.expires_at < _BEFORE)
    .order_by(memory.c.expires_at)
    .limit(_LIMIT)
)
_PROGRAMS = select(program.c.id).where(
    program.c.created_at < _BEFORE,
    ~exists().where(session.c.program_id == program.c.id),
    ~exists().where(run_start.c.program_id == program.c.id),
)
_STATES = (
    select(session.c.id, session.c.state).where(session.c.id > _AFTER, IS_WAITING).order_by(session.c.id).limit(_LIMIT)
)


async def messages(reader: Reader, before: datetime, after: str, until: str, limit: int) -> Sequence[Row]:
    """The messages whose ids lie between two, in their order, each with its `status` and whether it `is_past`: settled
    and of no use to any answer that is younger than `before`."""
    return await reader.rows(_MESSAGES, {"before": before, "after": after, "until": until, "limit": limit})


async def events(reader: Reader, before: datetime, after: int, limit: int) -> Sequence[Row]:
    """The events numbered higher than `after`, in order, with `is_past`, and `is_young` where it is not that old."""
    return await reader.rows(_EVENTS, {"before": before, "after": after, "limit": limit})


async def sessions(reader: Reader, before: datetime, limit: int) -> Sequence[Row]:
    """Sessions that had ended by then."""
    return await reader.rows(_SESSIONS, {"before": before, "limit": limit})


async def runs(reader: Reader, before: datetime, limit: int) -> Sequence[Row]:
    """Runs that had ended by then, but for those of calls, the one that ended first at the head.

    With the last run of a conversation that no others begin in comes its `talk_id`, and its contact's `talker_id`, if
    nothing is left to do there: both go with it.
    """
    return await reader.rows(_RUNS, {"before": before, "limit": limit})


async def memories(reader: Reader, before: datetime, limit: int) -> Sequence[Row]:
    """What was to be forgotten by then, each with its `version`."""
    return await reader.rows(_MEMORIES, {"before": before, "limit": limit})


async def programs(reader: Reader, before: datetime, but: Collection[str]) -> set[str]:
    """The ids of programs stored before then with which no session and no run begins; states may still name them."""
    return {row["id"] for row in await reader.rows(_PROGRAMS, {"before": before})} - set(but)


async def states(reader: Reader, after: str, limit: int) -> Sequence[Row]:
    """The states of waiting sessions whose ids come after one, in their order."""
    return await reader.rows(_STATES, {"after": after, "limit": limit})
