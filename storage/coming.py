"""What comes next, of all that comes by time or waits to be done: one look, where most often nothing is due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, func, select

from tasktalk.storage.conversations import NEVER
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import deadline, pending_event, schedule, timer

_AFTER: BindParameter[Any] = bindparam("after", None)


def _firsts(*, is_after: bool) -> Select[Any]:
    def first(name: str, moment: ColumnElement[Any], *conditions: ColumnElement[bool]) -> Any:
        later = (moment > _AFTER,) if is_after else ()
        return select(func.min(moment)).where(*conditions, *later).scalar_subquery().label(name)

    return select(
        first("timer", timer.c.due_at, timer.c.due_at < NEVER),
        first("schedule", schedule.c.fires_at, schedule.c.fires_at.is_not(None)),
        first("deadline", deadline.c.due_at),
        exists(select(pending_event.c.event_id)).label("has_events"),
    )


_FIRSTS, _FIRSTS_AFTER = _firsts(is_after=False), _firsts(is_after=True)


@dataclass(frozen=True, slots=True)
class Coming:
    """The first moment of each kind, None where there is none; and whether events wait to be dispatched."""

    timer: datetime | None
    schedule: datetime | None
    deadline: datetime | None
    has_events: bool

    @property
    def first(self) -> datetime | None:
        """The first moment of all."""
        moments = (self.timer, self.schedule, self.deadline)
        return min((moment for moment in moments if moment is not None), default=None)


def is_due(moment: datetime | None, now: datetime) -> bool:
    """Whether a moment has come."""
    return moment is not None and moment <= now


async def coming(reader: Reader, after: datetime | None = None) -> Coming:
    """What comes first, be it overdue; or of what comes after a moment."""
    row = await reader.glance(_FIRSTS_AFTER if after else _FIRSTS, {"after": after})
    return Coming(**row) if row else Coming(None, None, None, has_events=False)
