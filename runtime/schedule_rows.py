"""The rows of schedules and of their runs as they are made, and how a schedule is paused."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tasktalk.runtime.due_times import PAUSED, Outcome
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.policies import Policy
from tasktalk.runtime.runs.rows import run_row, skipped_row
from tasktalk.runtime.timetable import Timetable
from tasktalk.storage.writes import Row

_EVERY_DAY = Policy()


def new_schedule(
    now: datetime,
    spec: str,
    timezone: str,
    script: str,
    bot: str | None,
    policy: Policy = _EVERY_DAY,
    *,
    words: str | None = None,
    arguments: Sequence[Any] = (),
    organisation_id: str | None = None,
    task_id: str | None = None,
    conversation_id: str | None = None,
    is_declared: bool = False,
    is_over: bool = False,
) -> dict[str, Any]:
    """The row of a schedule that begins now, or when its policy says; one that `is_over` runs at no time.

    Raises Refused `invalid-schedule` and `invalid-timezone`.
    """
    schedule_id = new_id("sch", now)
    # With a beginning of its own, that is the first time of an interval; else the first comes one interval from now.
    anchored_at = policy.starts_at or now
    times = Timetable(schedule_id, spec, timezone, anchored_at, policy)
    upcoming = times.after(now)
    upcoming = None if is_over else upcoming
    return {
        "id": schedule_id,
        "organisation_id": organisation_id,
        "task_id": task_id,
        "conversation_id": conversation_id,
        "bot": bot,
        "script": script,
        "spec": spec,
        "words": words,
        "timezone": timezone,
        "arguments": list(arguments),
        "misfire": policy.misfire,
        "overlap": policy.overlap,
        "jitter_seconds": policy.jitter_seconds,
        "starts_at": policy.starts_at,
        "ends_at": policy.ends_at,
        "is_paused": False,
        "anchored_at": anchored_at,
        "next_run_at": upcoming,
        "fires_at": times.fires_at(upcoming),
        "held_by": None,
        "is_declared": is_declared,
        "version": 1,
        "created_at": now,
    }


def stands_still() -> dict[str, Any]:
    """What changes of a schedule that is to run at none of its times until it is resumed."""
    return {"is_paused": True, "fires_at": None, "held_by": None}


def goes_on(row: Row, now: datetime) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What changes of a paused schedule that is resumed; and the row that notes the times that came meanwhile."""
    times = Timetable.of(row)
    upcoming: datetime | None = row["next_run_at"]
    notes = []
    if upcoming is not None and upcoming <= now:
        reached = times.reached(upcoming, now)
        outcome = Outcome(reached.last, reached.count - 1, PAUSED)
        notes.append(run_of(row, outcome, now, row["conversation_id"]))
        upcoming = times.after(reached.last)
    return {"is_paused": False, "next_run_at": upcoming, "fires_at": times.fires_at(upcoming)}, notes


def ended() -> dict[str, Any]:
    """What changes of the schedule of a task that has ended."""
    return {"next_run_at": None, "fires_at": None, "held_by": None}


def reopened(row: Row, now: datetime) -> dict[str, Any]:
    """What changes of the schedule of a task that had ended: it goes on with its times to come."""
    times = Timetable.of(row)
    upcoming = times.after(now)
    return {"next_run_at": upcoming, "fires_at": None if row["is_paused"] else times.fires_at(upcoming)}


def run_of(row: Row, outcome: Outcome, now: datetime, conversation_id: str | None) -> dict[str, Any]:
    """A run of a schedule that is to begin, or with a reason the note that there is none."""
    given: dict[str, Any] = {
        "cause": "schedule",
        "organisation_id": row["organisation_id"],
        "schedule_id": row["id"],
        "task_id": row["task_id"],
        "conversation_id": conversation_id,
        "bot": row["bot"],
        "script": row["script"],
        "arguments": row["arguments"],
        "planned_at": outcome.planned_at,
        "missed": outcome.missed,
    }
    return run_row(now, **given) if outcome.reason is None else skipped_row(now, outcome.reason, **given)
