"""Schedules that somebody pauses and resumes: in a script, over an interface, in a terminal."""

from datetime import datetime

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.schedule_rows import goes_on, stands_still
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import schedules
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict, Row

_TRIES = 20


def set_paused(work: UnitOfWork, row: Row, *, is_paused: bool) -> None:
    """Lets a schedule run at none of its times, or at them again: then one note tells of all that came meanwhile."""
    values, notes = goes_on(row, work.now)
    if is_paused:
        values, notes = stands_still(), []
    work.change("schedule", row, values)
    for note in notes:
        work.writes.insert("run", note)


async def steer(
    database: Database, now: datetime, schedule_id: str, actor: str, source: str, *, is_paused: bool
) -> None:
    """Pauses or resumes a schedule from outside; one that is so already stays as it is.

    Refuses `schedule_not_found`. Raises Conflict when it never stands still.
    """
    for left in reversed(range(_TRIES)):
        async with database.read() as reader:
            row = await schedules.by_id(reader, schedule_id)
        if row is None:
            raise Refused("schedule_not_found", f"there is no schedule {schedule_id}")
        if row["is_paused"] is is_paused:
            return
        work = UnitOfWork(database, now)
        set_paused(work, row, is_paused=is_paused)
        work.record(
            "schedule_paused" if is_paused else "schedule_resumed",
            "schedule",
            schedule_id,
            organisation_id=row["organisation_id"],
            actor=actor,
            source=source,
            changes={"is_paused": (not is_paused, is_paused)},
        )
        try:
            await work.commit()
            return
        except Conflict:
            if not left:
                raise
