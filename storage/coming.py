"""What comes next, of all that comes by time or waits to be done: one look, where most often nothing is due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, func, select

from tasktalk.storage.conversations import NEVER
from tasktalk.storage.reading import Reader
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
    """What comes first, be it overdue; or of what comes after a moment."""
    row = await reader.glance(_FIRSTS_AFTER if after else _FIRSTS, {"after": after})
    return Coming(**(row or dict.fromkeys(Coming.__slots__)))
