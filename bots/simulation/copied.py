"""Copies the tasks and schedules of a database that people use into that of a simulation; it is never written."""

from datetime import datetime, timedelta
from typing import Any

from tasktalk.runtime.timetable import Timetable
from tasktalk.storage import transplanting
from tasktalk.storage.database import Database
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.inspection import Inspection, inspected
from tasktalk.storage.schema import NEWEST
from tasktalk.storage.writes import Row, WriteSet

_PAGE = 1000


async def copy(url: str, into: Database, start: datetime) -> None:
    """Schedules go on with their first time from `start` on, as if nothing had been missed until then.

    Raises DatabaseError, also for a database whose tables are of another version.
    """
    async with inspected(url) as source:
        if await source.missing_tables() or await source.revision() != NEWEST:
            raise DatabaseError(
                f"the tables of {source.name} are of another version: serve it once, which brings them up to date"
            )
        for table in transplanting.TABLES:
            await _copy(source, into, table, start)


async def _copy(source: Inspection, into: Database, table: str, start: datetime) -> None:
    last: Row | None = None
    while True:
        async with source.read() as reader:
            rows = await transplanting.page(reader, table, last, _PAGE)
        writes = WriteSet()
        for row in rows:
            writes.insert(table, _at(row, start) if table == "schedule" else row)
        await into.commit(writes)
        if len(rows) < _PAGE:
            return
        last = rows[-1]


def _at(row: Row, start: datetime) -> Row:
    upcoming: Any = row["next_run_at"]
    if upcoming is None or row["is_paused"]:
        return {**row, "held_by": None}
    times = Timetable.of(row)
    if upcoming < start:
        upcoming = times.after(start - timedelta.resolution)
    return {**row, "next_run_at": upcoming, "fires_at": times.fires_at(upcoming), "held_by": None}
