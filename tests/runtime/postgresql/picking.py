"""A process that lets a bot take up its tasks and ends the runs, until none is left; or that kills itself before that.

Its arguments: the URL of a database, a folder of bots, a seed, and how many instants it lives through at most (0: all).
It prints a line for each look, so that whoever started it can kill it in between, and what must never be.
"""

import asyncio
import random
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import Keywords
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.runs.events import tell
from tasktalk.runtime.runs.lines import Lines
from tasktalk.runtime.runs.pickup import Pickup
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.database import Database
from tasktalk.storage.tables import run, task
from tasktalk.storage.writes import Conflict
from tests.conftest import START
from tests.runtime.postgresql.firing import TWO_AT_ONCE, Instants

NOW = START + timedelta(days=1)
AT_ONCE = 7


async def end_some(database: Database, chance: random.Random) -> None:
    """Ends some of the runs that have begun, with their tasks, as turns do: each once, whoever else does it."""
    async with database.read() as reader:
        begun = await reader.rows(select(run).where(run.c.ended_at.is_(None)).order_by(run.c.id))
    if any(count > 1 for count in Counter(row["task_id"] for row in begun).values()):
        print(TWO_AT_ONCE, flush=True)
    begun = [row for row in begun if row["begins_at"] is None]
    for row in chance.sample(begun, min(5, len(begun))):
        work = UnitOfWork(database, NOW)
        work.writes.update("run", {"id": row["id"], "status": "queued"}, {"status": "completed", "ended_at": NOW})
        tell(work.writes, NOW, row, "completed")
        try:
            await Tasks(work, Actor(row["bot"], row["organisation_id"], "run")).complete(row["task_id"])
            await work.commit()
        except (Conflict, Refused):
            continue


async def main(url: str, folder: str, seed: str, most: str) -> None:
    chance = random.Random(seed)
    instant = Instants(chance, int(most))
    database, bots = await Database.open(url, instant), Bots.load(Path(folder), Keywords([]))
    pickup, lines = Pickup(database, bots, AT_ONCE), Lines(database, bots, Conduct())
    left = select(task.c.id).where(task.c.status != "completed").limit(1)
    while True:
        async with database.read() as reader:
            if not await reader.rows(left):
                break
        instant.is_firing = True
        pickup.stir()
        await pickup.keep(NOW)
        await lines.keep(NOW)
        await end_some(database, chance)
        instant.is_firing = False
        print("looked", flush=True)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
