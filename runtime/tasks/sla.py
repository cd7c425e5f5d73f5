"""By when tasks of a priority have to be done that nobody has given a due date (a service-level agreement, SLA).

An organisation says so for each priority, or for none. A due date that comes from there is one as any other, and the
task remembers where it comes from: it follows the priority, a warning goes before it, and being late is a breach.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final, TypeAlias

from tasktalk.runtime.schedules import zone_named
from tasktalk.runtime.tasks.statuses import TERMINAL
from tasktalk.storage.writes import Row

Sla: TypeAlias = Mapping[str, float | str]
"""Of each priority that has one: the hours from the task's creation, or TODAY, the end of that day."""

TODAY: Final = "today"
WARNING: Final = "sla_warning"
"""The kind of an event that tells that a due date by SLA comes near."""
BREACHED: Final = "sla_breached"
"""What it is called for those who are told of it when such a due date has passed: the event is that of any due date."""
_LEFT = 0.25  # of the time, when the warning comes


def due_at(organisation: Row, priority: str, created_at: datetime, otherwise: Sla) -> datetime | None:
    """By when a task has to be done; where its organisation says nothing, it is as `otherwise` says."""
    said: Sla = organisation["sla"] or otherwise
    hours = said.get(priority)
    if hours is None:
        return None
    if not isinstance(hours, str):
        return (created_at + timedelta(hours=hours)).replace(microsecond=0)
    zone = zone_named(organisation["timezone"])
    day = created_at.astimezone(zone)
    ends = datetime.combine(day.date(), time(23, 59, 59), zone)
    if ends <= created_at:  # the day's last second
        ends = datetime.combine(day.date() + timedelta(days=1), time(23, 59, 59), zone)
    return ends.astimezone(created_at.tzinfo)


def follows(row: Row, priority: str, organisation: Row, otherwise: Sla) -> dict[str, object]:
    """What a new priority makes of the due date of a task: nothing where somebody has said when it is due, or where it
    has ended or runs at times. `otherwise` is the SLA where the organisation has none: the task keeps it with the due
    date that comes from it, and goes by it when somebody changes the priority who knows of none."""
    is_anybodys = row["due_at"] is not None and not row["is_due_by_sla"]
    if is_anybodys or row["is_scheduled"] or row["status"] in TERMINAL:
        return {}
    own = otherwise or row["own_sla"] or {}
    found = due_at(organisation, priority, row["created_at"], own)
    if found == row["due_at"]:
        return {}
    kept = None if found is None or organisation["sla"] else own
    return {"due_at": found, "is_due_by_sla": found is not None, "own_sla": kept}


def deadline(row: Row, now: datetime) -> tuple[datetime, bool] | None:
    """When something is to be told of an open task's due date next, and whether that is the warning."""
    if row["due_at"] is None or row["status"] in TERMINAL:
        return None
    due: datetime = row["due_at"]
    if row["is_due_by_sla"]:
        warns_at = due - (due - row["created_at"]) * _LEFT
        if now < warns_at < due:
            return warns_at, True
    return due, False
