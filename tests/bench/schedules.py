"""Schedules by the million: `python -m tests.bench.schedules [--sizes N…]`.

For each size: what a look costs when nothing is due; what it costs to make a run of a time that has come, which is on
disk then; and how late runs begin of which 150 are due a second, on the real engine and clock. Beside it APScheduler 3
with its store on SQLAlchemy and SQLite, in the same process, for as many jobs as can be added in a minute or so.
"""

import argparse
import asyncio
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.base import BaseScheduler

from tasktalk.interpreter.keyword import Keywords
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import RealClock
from tasktalk.runtime.engine import Engine
from tasktalk.runtime.schedule_rows import new_schedule
from tasktalk.runtime.scheduler import PAGE, Scheduler
from tasktalk.storage.coming import coming
from tasktalk.storage.database import Database
from tasktalk.storage.tables import metadata, run
from tasktalk.storage.writes import WriteSet
from tests.bench.figures import number, percentile, table, verdict

BOT = "bench"
DUE = 4000
"""So many are fired for the cost of one."""
JOBS = 10_000
RATE, SECONDS = 150, 20
IDLE_LOOKS = 500

_COPIES = """
    WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {count})
    INSERT INTO schedule ({names})
    SELECT 'sch_copy' || printf('%09d', i), {values}
    FROM number, (SELECT * FROM schedule WHERE id = '{template}')
"""


async def fill(path: Path, count: int) -> None:
    """A file with so many schedules that are due in a day at the soonest."""
    template = new_schedule(datetime.now(UTC) + timedelta(days=1), "hourly", "UTC", "start.bas", BOT)
    database = await Database.open(str(path))
    writes = WriteSet()
    writes.insert("schedule", template)
    await database.commit(writes)
    await database.close()
    names = [column.name for column in metadata.tables["schedule"].columns if column.name != "id"]
    later = "strftime('%Y-%m-%d %H:%M:%f000', {}, '+' || (i % 86400) || ' seconds')"
    values = [later.format(name) if name in {"next_run_at", "fires_at"} else name for name in names]
    with sqlite3.connect(path) as connection:
        connection.execute(
            _COPIES.format(
                count=count - 1, names=", ".join(("id", *names)), values=", ".join(values), template=template["id"]
            )
        )
    connection.close()


async def add(database: Database, count: int, at: Callable[[int], datetime]) -> None:
    """So many more, each for one moment."""
    for first in range(0, count, 1000):
        writes = WriteSet()
        for each in range(first, min(count, first + 1000)):
            moment = at(each)
            row = new_schedule(moment - timedelta(hours=1), moment.isoformat(), "UTC", f"{each % 50}.bas", BOT)
            writes.insert("schedule", row)
        await database.commit(writes)


async def looks(path: Path, place: Path) -> dict[str, float]:
    """What an idle look costs, and a run."""
    database, clock = await Database.open(str(path)), RealClock()
    scheduler = Scheduler(database, clock, Bots.load(place, Keywords([])), lambda _: None)
    idle = []
    for _ in range(IDLE_LOOKS):
        began = time.perf_counter()
        async with database.read() as reader:
            await scheduler.due(reader, clock.now())
            await coming(reader)
        idle.append(time.perf_counter() - began)
    past = clock.now()
    await add(database, DUE, lambda _: past)
    began, fired = time.perf_counter(), 0
    while True:
        async with database.read() as reader:
            due = await scheduler.due(reader, clock.now())
        fired += len(due)
        await scheduler.fire(due, clock.now())
        if len(due) < PAGE:
            break
    spent = time.perf_counter() - began
    if fired != DUE:
        raise RuntimeError(f"{fired} were fired and not {DUE}")
    await database.close()
    return {"idle_us": 1e6 * statistics.median(idle), "dispatch_us": 1e6 * spent / DUE}


async def lateness(path: Path, place: Path) -> dict[str, float]:
    """How late runs begin, in milliseconds, when RATE are due in each second."""
    folder = place / BOT
    folder.mkdir(exist_ok=True)
    for name in ("start", *map(str, range(50))):
        (folder / f"{name}.bas").write_text("RETURN 1\n", "utf-8")
    database, clock, keywords = await Database.open(str(path)), RealClock(), Keywords([])
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM run")
    connection.close()
    engine = Engine(database, clock, Bots.load(place, keywords), keywords)
    count = RATE * SECONDS
    done = asyncio.Event()
    ended = 0

    def took(_: object) -> None:
        nonlocal ended
        ended += 1
        if ended == count:
            done.set()

    engine.watch(took)
    await engine.start()
    begin = clock.now() + timedelta(seconds=5)
    await add(database, count, lambda each: begin + timedelta(seconds=each / RATE))
    engine.wake()
    await done.wait()
    await engine.stop()
    async with database.read() as reader:
        rows = await reader.rows(run.select().where(run.c.started_at.is_not(None)))
    late = [1000 * (row["started_at"] - row["planned_at"]).total_seconds() for row in rows]
    await database.close()
    return {"late_p50_ms": statistics.median(late), "late_p99_ms": percentile(late, 0.99)}


class Passive(BaseScheduler):  # type: ignore[misc]  # it has no types
    """APScheduler that looks when it is told to."""

    def shutdown(self, wait: bool = True) -> None:
        super().shutdown(wait)

    def wakeup(self) -> None:
        return


def nothing() -> None:
    """A job."""


def other(place: Path, count: int) -> dict[str, float]:
    """The same two costs of APScheduler 3."""
    scheduler = Passive(jobstores={"default": SQLAlchemyJobStore(url=f"sqlite:///{place / 'other.db'}")})
    scheduler.start(paused=True)
    later = datetime.now(UTC) + timedelta(days=1)
    for _ in range(count):
        scheduler.add_job(nothing, "interval", hours=1, next_run_time=later)
    scheduler.state = 1
    idle = []
    for _ in range(20):
        began = time.perf_counter()
        scheduler._process_jobs()
        idle.append(time.perf_counter() - began)
    due = 500
    scheduler.state = 2
    for _ in range(due):
        scheduler.add_job(
            nothing,
            "interval",
            hours=1,
            next_run_time=datetime.now(UTC) - timedelta(seconds=1),
            misfire_grace_time=None,
        )
    scheduler.state = 1
    began = time.perf_counter()
    scheduler._process_jobs()
    spent = time.perf_counter() - began
    scheduler.shutdown()
    return {"idle_us": 1e6 * statistics.median(idle), "dispatch_us": 1e6 * spent / due}


def measure(place: Path, sizes: list[int], jobs: int) -> dict[str, Any]:
    """All figures by name."""
    found: dict[str, Any] = {"apscheduler": {"jobs": jobs, **other(place, jobs)}}
    for size in sizes:
        path, bots = place / f"{size}.db", place / str(size)
        bots.mkdir()
        asyncio.run(fill(path, size))
        figures = asyncio.run(looks(path, bots))
        found[str(size)] = {**figures, **asyncio.run(lateness(path, bots))}
        path.unlink()
    return found


def shown(found: dict[str, Any]) -> str:
    """As a table."""
    beside = found["apscheduler"]
    rows = [
        (
            f"{int(size):,}",
            number(each["idle_us"]),
            number(each["dispatch_us"]),
            verdict(beside["dispatch_us"] / each["dispatch_us"], 10),
            f"{beside['dispatch_us'] / each['dispatch_us']:.1f}",
            number(each["late_p50_ms"]),
            number(each["late_p99_ms"]),
            verdict(each["late_p99_ms"], 100, at_most=True),
        )
        for size, each in found.items()
        if size != "apscheduler"
    ]
    other_row = (f"APScheduler, {beside['jobs']:,}", number(beside["idle_us"]), number(beside["dispatch_us"]))
    head = (
        "schedules",
        "idle look, µs",
        "a run, µs",
        "wanted",
        "× APScheduler",
        "late p50, ms",
        "late p99, ms",
        "wanted",
    )
    return table(head, [*rows, (*other_row, "", "", "", "", "")])


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.schedules", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], metavar="N")
    parser.add_argument("--jobs", type=int, default=JOBS, metavar="N", help="jobs of APScheduler")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), given.sizes, given.jobs)
    print(json.dumps(found, indent=1) if given.json else shown(found))


if __name__ == "__main__":
    main()
