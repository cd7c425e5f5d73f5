"""All that is kept of one person, as it is read: by whoever hands it out or removes it."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Select, or_, select

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import contact, event, metadata, pending_event, run, run_start, task
from tasktalk.storage.writes import Row

OF_CONVERSATION = (
    *("timer", "awaited", "handover", "conversation_tag", "schedule", "step", "message", "session", "run"),
)
"""The tables whose rows belong to a conversation, each before those that it refers to."""

_SOME = 500  # values of one IN
_Query: TypeAlias = Callable[[list[str]], Select[Any]]


async def contact_at(reader: Reader, channel: str, address: str) -> Row | None:
    """The contact's row, or None."""
    return await reader.row(select(contact).where(contact.c.channel == channel, contact.c.address == address))


async def rows(reader: Reader, table: str, column: str, values: Collection[str]) -> Sequence[Row]:
    """The rows of a table that have one of the values in a column, in the order of their ids."""
    found = metadata.tables[table]
    query = select(found).order_by(*found.primary_key)
    return await _all(reader, lambda some: query.where(found.c[column].in_(some)), values)


async def keys(reader: Reader, table: str, column: str, values: Collection[str]) -> list[str]:
    """The primary keys of these rows."""
    found = metadata.tables[table]
    [key] = found.primary_key
    query = select(key.label("key")).order_by(key)
    return [row["key"] for row in await _all(reader, lambda some: query.where(found.c[column].in_(some)), values)]


async def run_starts(reader: Reader, conversations: Collection[str]) -> list[str]:
    """The ids of the runs in conversations that begin in a handler."""
    query = select(run_start.c.run_id).join(run, run.c.id == run_start.c.run_id)
    found = await _all(reader, lambda some: query.where(run.c.conversation_id.in_(some)), conversations)
    return [row["run_id"] for row in found]


async def workflows(reader: Reader, who: Collection[str], ids: Collection[str]) -> Sequence[Row]:
    """The workflows that one of these made, and those with these ids."""
    made = await rows(reader, "workflow", "created_by", who)
    known = await rows(reader, "workflow", "id", ids)
    return list({row["id"]: row for row in [*made, *known]}.values())


async def tasks(reader: Reader, who: Collection[str]) -> Sequence[Row]:
    """The tasks that one of these made, has or completed, or that are run with them."""
    columns = (task.c.created_by, task.c.assignee, task.c.completed_by, task.c.contact_id)
    query = select(task).order_by(task.c.id)
    return await _all(reader, lambda some: query.where(or_(*(column.in_(some) for column in columns))), who)


async def events(reader: Reader, subject: str, subject_ids: Collection[str]) -> Sequence[Row]:
    """The events about these, in order."""
    query = select(event).where(event.c.subject == subject).order_by(event.c.sequence)
    return await _all(reader, lambda some: query.where(event.c.subject_id.in_(some)), subject_ids)


async def events_by(reader: Reader, who: Collection[str]) -> Sequence[Row]:
    """The events that one of these caused, in order."""
    query = select(event).order_by(event.c.sequence)
    return await _all(reader, lambda some: query.where(event.c.actor.in_(some)), who)


async def pending(reader: Reader, event_ids: Collection[str]) -> list[str]:
    """Those of the events for which handlers are still to be started."""
    query = select(pending_event.c.event_id)
    found = await _all(reader, lambda some: query.where(pending_event.c.event_id.in_(some)), event_ids)
    return [row["event_id"] for row in found]


async def _all(reader: Reader, query: _Query, values: Collection[str]) -> list[Row]:
    found: list[Row] = []
    given = list(values)
    for start in range(0, len(given), _SOME):
        found += await reader.rows(query(given[start : start + _SOME]))
    return found
