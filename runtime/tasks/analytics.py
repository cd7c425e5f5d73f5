"""How the tasks of an organisation stand, in figures."""

from dataclasses import dataclass
from typing import Any

from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.statuses import PLAIN, PRIORITIES, STATUSES, TERMINAL, Priority
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import analytics

_UNDER_WAY = [status for status in STATUSES if PLAIN[status] == "in_progress"]
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Share:
    """Some of the tasks, and those of them that are completed."""

    total: int
    completed: int


@dataclass(frozen=True, slots=True)
class Performance:
    """What one person has completed."""

    user_id: str
    name: str | None
    completed: int
    average_hours: float


@dataclass(frozen=True, slots=True)
class Figures:
    """`overdue` has open tasks past their due date, `in_progress` those under way that are not overdue."""

    total: int
    completed: int
    in_progress: int
    overdue: int
    completion_rate: float  # of all, to two places; 0 where there is nothing
    average_hours: float  # from made to completed, to one place
    by_priority: dict[Priority, Share]
    by_assignee: list[Performance]


async def figures(work: UnitOfWork, actor: Actor) -> Figures:
    """The figures of the actor's organisation, all of one moment."""
    async with work.read() as reader:
        rows = await analytics.by_priority(reader, actor.organisation_id, work.now, TERMINAL, _UNDER_WAY)
        people = await analytics.by_assignee(reader, actor.organisation_id)

    def whole(name: str) -> int:
        return sum(int(row[name]) for row in rows)

    found: dict[str, Any] = {row["priority"]: row for row in rows}
    total, completed = whole("total"), whole("completed")
    return Figures(
        total=total,
        completed=completed,
        in_progress=whole("in_progress"),
        overdue=whole("overdue"),
        completion_rate=round(completed / total, 2) if total else 0.0,
        average_hours=_average(whole("seconds"), completed),
        by_priority={
            priority: Share(int(found[priority]["total"]), int(found[priority]["completed"]))
            if priority in found
            else Share(0, 0)
            for priority in PRIORITIES
        },
        by_assignee=[
            Performance(row["assignee"], row["name"], row["completed"], _average(row["seconds"], row["completed"]))
            for row in people
        ],
    )


def _average(seconds: Any, count: int) -> float:
    return round(float(seconds) / count / _HOUR, 1) if count else 0.0
