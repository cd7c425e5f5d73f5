"""Rules that act at times: each has a schedule, and each due time is one event, which the rule follows from."""

from datetime import datetime
from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.schedule_rows import new_schedule
from tasktalk.runtime.schedules import dated, next_time
from tasktalk.runtime.tasks.changes import as_json
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.writes import Row

TRIGGER = "schedule"
"""The type of trigger that is times."""
DUE = "automation_due"
"""The kind of an event that tells that the time of a rule has come."""
_ACTOR = "clock"


def times(value: object, timezone: object, now: datetime) -> tuple[str, str]:
    """The words of a trigger's times, and their time zone. Refuses `invalid_trigger`."""
    if not isinstance(value, str) or not value.strip():
        raise Refused("invalid_trigger", 'Trigger value must be times, like "weekdays at 8am" or "0 9 * * 1-5"')
    if not isinstance(timezone, str):
        raise Refused("invalid_trigger", "Trigger timezone must be the name of a time zone, like Europe/Berlin")
    try:
        spec = dated(value.strip(), now, timezone)
        upcoming = next_time(spec, now, timezone)
    except Refused as refused:
        raise Refused("invalid_trigger", f"Trigger: {refused.message}", refused.hint) from None
    if upcoming is None:
        raise Refused("invalid_trigger", f"Trigger: {spec} has passed")
    return spec, timezone


def schedule_of(rule: Row, timezone: str, now: datetime) -> dict[str, Any]:
    """The row of the schedule of a rule whose trigger is times."""
    return new_schedule(
        now,
        rule["trigger_value"],
        timezone,
        "",
        None,
        organisation_id=rule["organisation_id"],
        automation_id=rule["id"],
    )


def come(work: UnitOfWork, schedule: Row, planned: datetime) -> None:
    """Records that a time of a rule's schedule has come: with the write that moves it on, so each is told once."""
    work.record(
        DUE,
        "automation",
        schedule["automation_id"],
        organisation_id=schedule["organisation_id"],
        actor=_ACTOR,
        source=_ACTOR,
        changes={"planned_at": (None, as_json(planned))},
    )
