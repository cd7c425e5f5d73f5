"""The schedule of a task: as it is asked for, as a row, and as it follows what its task becomes."""

from collections.abc import Mapping
from datetime import datetime

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.runs.scripts import TASK_SCRIPT
from tasktalk.runtime.schedule_rows import ended, new_schedule, reopened
from tasktalk.runtime.schedules import next_time
from tasktalk.runtime.tasks.model import NewTask, Schedule
from tasktalk.runtime.tasks.statuses import TERMINAL
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.writes import Row


def asked(new: NewTask, now: datetime) -> Schedule | None:
    """When a new task is to run by itself; None at no times. Refuses `invalid_schedule` and `invalid_timezone`."""
    if new.schedule is None:
        if new.timezone is not None:
            raise Refused("invalid_timezone", "A timezone goes with a schedule, and there is none")
        return None
    if not isinstance(new.schedule, str) or not new.schedule.strip():
        raise Refused("invalid_schedule", "Schedule must be a text")
    timezone = "UTC" if new.timezone is None else new.timezone
    if not isinstance(timezone, str):
        raise Refused("invalid_timezone", "Timezone must be the name of a time zone, like Europe/Berlin")
    upcoming = next_time(new.schedule, now, timezone)
    return Schedule(new.schedule, timezone, upcoming, None if new.schedule_words is None else str(new.schedule_words))


def insert(work: UnitOfWork, row: Row, schedule: Schedule, script: str = TASK_SCRIPT) -> None:
    """Adds the schedule of the task with this row, whose bot runs the script."""
    work.insert(
        "schedule",
        new_schedule(
            work.now,
            schedule.spec,
            schedule.timezone,
            script,
            row["bot"],
            schedule.policy,
            words=schedule.words,
            organisation_id=row["organisation_id"],
            task_id=row["id"],
            is_over=row["status"] in TERMINAL,
        ),
    )


async def follow(work: UnitOfWork, row: Row, values: Mapping[str, object]) -> None:
    """A task that has ended never runs by itself again, unless it is opened again; and its bot runs for it."""
    was_ended = row["status"] in TERMINAL
    is_ended = values.get("status", row["status"]) in TERMINAL
    if was_ended == is_ended and "bot" not in values:
        return
    schedule = await work.schedule_of(row["id"])
    if schedule is None:
        return
    if "bot" in values:
        schedule = work.change("schedule", schedule, {"bot": values["bot"]})
    if was_ended != is_ended:
        now = work.now
        work.change("schedule", schedule, ended() if is_ended else reopened(schedule, now))
