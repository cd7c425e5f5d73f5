"""A process that fires schedules and ends their runs, until none is left; at random instants it kills itself.

Its arguments: the URL of a database, a folder of bots, a seed, and how many instants it lives through (0: all).
It prints a line for each look, so that whoever started it can kill it in between, and what must never be.
"""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import or_, select

from tasktalk.interpreter.keyword import Keywords
from tasktalk.runtime import scheduler
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.scheduler import Scheduler
from tasktalk.storage.database import Database
from tasktalk.storage.tables import run, schedule
from tasktalk.storage.writes import Conflict, WriteSet
from tests.conftest import START

NOW = START + timedelta(days=1)
TWO_AT_ONCE = "two at once"


def dying(chance: random.Random, most: int) -> Callable[[str], None]:
    """What ends the process at one of the next instants that it is told of, where there is a `most`."""
    left = chance.randint(1, most) if most else -1

    def instant(_: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return instant


async def end_some(database: Database, chance: random.Random) -> None:
    """Takes some of the runs that are to begin, as turns do: each once, whoever else takes it."""
    async with database.read() as reader:
        queued = await reader.rows(select(run).where(run.c.status == "queued").order_by(run.c.id))
    if any(count > 1 for count in Counter(row["schedule_id"] for row in queued).values()):
        print(TWO_AT_ONCE, flush=True)
    chance.shuffle(queued)
    for row in queued[:10]:
        writes = WriteSet()
        writes.update("run", {"id": row["id"], "status": "queued"}, {"status": "completed", "ended_at": NOW})
        try:
            await database.commit(writes)
        except Conflict:
            continue


async def main(url: str, bots: str, seed: str, most: str) -> None:
    chance = random.Random(seed)
    instant = dying(chance, int(most))
    scheduler.PAGE = 7  # so that there are many looks
    database = await Database.open(url, instant)
    clock = VirtualClock(NOW)
    looks = Scheduler(database, clock, Bots.load(Path(bots), Keywords([])), instant)
    left = select(schedule.c.id).where(or_(schedule.c.fires_at.is_not(None), schedule.c.held_by.is_not(None))).limit(1)
    while True:
        looks.doubt()
        async with database.read() as reader:
            if not await reader.rows(left):
                break
            due = await looks.due(reader, NOW)
        await looks.fire(due, NOW)
        await end_some(database, chance)
        print("looked", flush=True)
    await end_some(database, chance)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
