"""How long a simulated month takes: `python -m tests.bench.simulated [days]`. Every 15 minutes of it something runs.

The real engine on a virtual clock: a schedule of a script; a task with a schedule, which is copied from a database and
has lines, runs and events besides; and the schedule with the server down for three hours a day. Once the seconds, and
once the processor time of a firing.
"""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from tasktalk.bots.assembly import language
from tasktalk.bots.cli._hosting import settle_memory
from tasktalk.bots.simulation.downs import Down
from tasktalk.bots.simulation.play import Plan, Simulation
from tasktalk.interpreter.stack import on_big_stack
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION, Accounts
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.model import Actor, NewTask, Ports
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.database import Database
from tests.bench.figures import number, table, verdict

START = datetime(2026, 3, 1, tzinfo=UTC)
SECONDS = 5.0
"""Wanted of a month of 31 days: 2,976 firings."""


async def with_task(db: str) -> None:
    """A database in which a task runs every 15 minutes."""
    database = await Database.open(db)
    await Accounts(database, VirtualClock(START)).ensure_organisation()
    work = UnitOfWork(database, START)
    tasks = Tasks(work, Actor("bench", DEFAULT_ORGANISATION, "bench"), Ports(lambda _: True))
    await tasks.create(NewTask(title="Report", bot="bot", schedule="every 15 minutes"))
    await work.commit()
    await database.close()


async def measured(folder: Path, name: str, script: str, plan: Plan) -> tuple[str, str, str, str, str]:
    """A line of the table."""
    place = folder / name
    (place / "bot").mkdir(parents=True)
    (place / "bot" / "start.bas").write_text(script, encoding="utf-8")
    keywords = language()
    simulation = Simulation(Bots.load(place, keywords), keywords, plan)
    settle_memory()  # as the command does
    began, spent = perf_counter(), process_time()
    calendar = await simulation.play()
    seconds, processor = perf_counter() - began, process_time() - spent
    firings = calendar.counts["run"]
    wanted = verdict(seconds, SECONDS * plan.days / 31, at_most=True)
    return name, f"{firings:,}", number(seconds), number(processor / firings * 1000), wanted


async def measure(days: int) -> None:
    """Prints the table."""
    scheduled, plain = 'SET SCHEDULE "every 15 minutes"\nTALK "Report."\n', 'TALK "Report."\n'
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        db = str(folder / "live.db")
        await with_task(db)
        rows = [
            await measured(folder, "schedule of a script", scheduled, Plan(START, days)),
            await measured(folder, "task with a schedule", plain, Plan(START, days, db=db)),
            await measured(folder, "down three hours a day", scheduled, Plan(START, days, [Down.read("02:00-05:00")])),
        ]
    print(table((f"{days} days, every 15 minutes", "firings", "seconds", "ms of processor each", "wanted"), rows))


if __name__ == "__main__":
    given = int(sys.argv[1]) if len(sys.argv) > 1 else 31
    on_big_stack(lambda: asyncio.run(measure(given)))
