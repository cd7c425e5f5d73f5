"""What comes next, of all that comes by time or waits to be done: one look, where most often nothing is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, func, select

from tasktalk.storage.conversations import NEVER
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.reading import Damaged
from tasktalk.storage.tables import deadline, pending_event, run, schedule, task_stage, timer, workflow_step

_AFTER: BindParameter[Any] = bindparam("after", None)


def _firsts(*, is_after: bool) -> Select[Any]:
    def first(name: str, moment: ColumnElement[Any], *conditions: ColumnElement[bool]) -> Any:
        later = (moment > _AFTER,) if is_after else ()
        return select(func.min(moment)).where(*conditions, *later).scalar_subquery().label(name)

    return select(
        first("timer", timer.c.due_at, timer.c.due_at < NEVER),
        first("schedule", schedule.c.fires_at, schedule.c.fires_at.is_not(None)),
        first("deadline", deadline.c.due_at),
        first("pause", workflow_step.c.again_at, workflow_step.c.again_at.is_not(None)),
        first("stage", task_stage.c.again_at, task_stage.c.again_at.is_not(None)),
        first("in_line", run.c.begins_at, run.c.begins_at.is_not(None)),
        first("beginning", run.c.begins_at, run.c.begins_at.is_not(None), run.c.line.is_not(None)),
        first("ending", run.c.ends_by, run.c.ends_by.is_not(None), run.c.ended_at.is_(None)),
        exists(select(pending_event.c.event_id)).label("has_events"),
        exists(select(schedule.c.id).where(schedule.c.held_by.is_not(None))).label("are_held"),
    )


_FIRSTS, _FIRSTS_AFTER = _firsts(is_after=False), _firsts(is_after=True)
_LONG_PAST = datetime.min.replace(tzinfo=UTC)
_LOOK_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Coming:
    """The first moment of each kind, None where there is none; whether events wait to be dispatched, and schedules
    for the end of a run.

    Of runs: since when one stands in line, be it behind another one, which is no reason to look; when one is tried
    again; and when the time of one is up.
    """

    timer: datetime | None
    schedule: datetime | None
    deadline: datetime | None
    pause: datetime | None
    stage: datetime | None
    in_line: datetime | None
    beginning: datetime | None
    ending: datetime | None
    has_events: bool
    are_held: bool

    @property
    def first(self) -> datetime | None:
        """The first moment of all at which something is to be done."""
        moments = (self.timer, self.schedule, self.deadline, self.pause, self.stage, self.beginning, self.ending)
        return min((moment for moment in moments if moment is not None), default=None)


def is_due(moment: datetime | None, now: datetime) -> bool:
    """Whether a moment has come."""
    return moment is not None and moment <= now


async def coming(reader: Reader, after: datetime | None = None) -> Coming:
    """What comes first, be it overdue; or of what comes after a moment.

    A moment that is damaged may hide others behind it: it counts as one that has come, and after a moment as one that
    comes soon, so that those are looked for.
    """
    row = await reader.glance(_FIRSTS_AFTER if after else _FIRSTS, {"after": after})
    instead = after + _LOOK_AGAIN if after else _LONG_PAST
    found = {name: instead if isinstance(value, Damaged) else value for name, value in (row or {}).items()}
    return Coming(**(found or dict.fromkeys(Coming.__slots__)))


class Lookout:
    """Looks for what comes next, and remembers it until something is written."""

    def __init__(self, database: Database, is_alone: Callable[[], bool]) -> None:
        """Nothing is remembered unless `is_alone` says that nobody writes of whom `forget` does not tell soon."""
        self._database, self._is_alone = database, is_alone
        self._known: Coming | None = None
        self._known_at = 0

    def forget(self) -> None:
        """Somebody else may have written something."""
        self._known = None

    async def coming(self) -> Coming:
        """What comes first, be it overdue."""
        changes = self._database.changes
        if self._known is not None and self._known_at == changes and self._is_alone():
            return self._known
        async with self._database.read() as reader:
            found = await coming(reader)
        self._known, self._known_at = found, changes
        return found

    async def next_due(self, after: datetime | None = None) -> datetime | None:
        """The first moment at which something is to be done, be it overdue; or the first one after a moment."""
        first = (await self.coming()).first
        if after is None or first is None or first > after:
            return first
        async with self._database.read() as reader:
            return (await coming(reader, after)).first
