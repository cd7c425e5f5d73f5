"""How much waits in the database to be done, for those who watch it: counted up to a bound, found by the indexes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, column, exists, func, select, table

from tasktalk.storage.conditions import IS_PENDING, IS_QUEUED
from tasktalk.storage.reading import Reader
from tasktalk.storage.schema import NEWEST
from tasktalk.storage.tables import conversation, message, pending_event, run, schedule, timer

MOST_COUNTED = 10_000

_NOW: BindParameter[Any] = bindparam("now", None)


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits: how much, at most MOST_COUNTED, and since when the eldest of what was counted; None where that is
    damaged, too."""

    count: int
    since: datetime | None

    def age_seconds(self, now: datetime) -> float:
        """How long the eldest has waited."""
        return max(0.0, (now - self.since).total_seconds()) if self.since else 0.0


def _counted(since: Any, *conditions: Any) -> Select[Any]:
    some = select(since.label("since")).where(*conditions).limit(MOST_COUNTED).subquery()
    columns: list[Any] = [func.count().label("count"), func.min(some.c.since).label("since")]
    return select(*columns).select_from(some)


_INBOX = _counted(message.c.created_at, IS_PENDING, message.c.direction == "in")
_UNDELIVERED = _counted(message.c.created_at, IS_PENDING, message.c.direction == "out")
_RUNS = _counted(run.c.created_at, IS_QUEUED)
_TIMERS = _counted(timer.c.due_at, timer.c.due_at <= _NOW)
_SCHEDULES = _counted(schedule.c.fires_at, schedule.c.fires_at.is_not(None), schedule.c.fires_at <= _NOW)
_EVENTS = select(func.count().label("count")).select_from(
    select(pending_event.c.event_id).limit(MOST_COUNTED).subquery()
)
_REVISION = select(column("version_num", message.c.status.type)).select_from(table("alembic_version"))


async def inbox(reader: Reader) -> Queue:
    """The messages that no script has heard yet."""
    return await _queue(reader, _INBOX)


async def outbox(reader: Reader, channels: Collection[str]) -> Queue:
    """The messages that are to be brought out on these channels."""
    if not channels:
        return Queue(0, None)
    is_pushed = exists().where(conversation.c.id == message.c.conversation_id, conversation.c.channel.in_(channels))
    return await _queue(reader, _counted(message.c.created_at, IS_PENDING, message.c.direction == "out", is_pushed))


async def undelivered(reader: Reader) -> Queue:
    """The messages that nobody has fetched, and that were not brought out, on any channel."""
    return await _queue(reader, _UNDELIVERED)


async def due(reader: Reader, now: datetime) -> dict[str, Queue]:
    """What is due and not taken up, by its kind: timer, schedule, run."""
    return {
        "timer": await _queue(reader, _TIMERS, now),
        "schedule": await _queue(reader, _SCHEDULES, now),
        "run": await _queue(reader, _RUNS),
    }


async def events(reader: Reader) -> int:
    """The events for which no handler was started yet."""
    found: int = await reader.value(_EVENTS)
    return found


async def is_newest(reader: Reader) -> bool:
    """Whether the tables are those of this version."""
    return bool(await reader.value(_REVISION) == NEWEST)


async def _queue(reader: Reader, statement: Select[Any], now: datetime | None = None) -> Queue:
    row = await reader.row(statement, {"now": now})
    if row is None:
        return Queue(0, None)
    return Queue(row["count"], row["since"] if isinstance(row["since"], datetime) else None)
