"""A janitor alone on a database, years later; as a program, it kills itself at the instant that it is given."""

import asyncio
import os
import signal
import sys
from datetime import timedelta

from tasktalk.interpreter.keyword import Keywords
from tasktalk.runtime import janitor
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.janitor import Janitor
from tasktalk.runtime.retention import Keep
from tasktalk.storage.database import Database
from tests.conftest import START

DAY = timedelta(days=1)
SHORT = Keep(messages=DAY, events=DAY, sessions=DAY, runs=DAY, programs=DAY)


async def sweep(database: Database) -> None:
    """Removes all that is past in ten years."""
    clock = VirtualClock(START + 3650 * DAY)
    sweeper = Janitor(database, clock, Bots(Keywords([])), SHORT)
    for _ in range(3):
        for kind in sweeper.due():
            await sweeper.clean(kind)
        clock.advance(2 * DAY)


async def _sweep_until_killed(url: str, instant: str, number: int) -> None:
    left = number

    def crash(at: str) -> None:
        nonlocal left
        left -= at == instant
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    database = await Database.open(url, crash)
    await sweep(database)
    await database.close()


if __name__ == "__main__":
    janitor.PAGE = 3
    asyncio.run(_sweep_until_killed(sys.argv[1], sys.argv[2], int(sys.argv[3])))
