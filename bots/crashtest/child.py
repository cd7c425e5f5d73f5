"""The server of a crash test: `tasktalk serve` with a tasktalk.toml of the test's, and a trap that kills it.

It is started by `servers.py`, which writes to its standard input: a line `INSTANT TIMES` kills it when that instant is
met for the so manieth time, and the end of the input, such as by its parent's death, ends it.
"""

import asyncio
import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tasktalk.bots.assembly import Fittings
from tasktalk.bots.cli import serve
from tasktalk.bots.cli._listening import CannotListen
from tasktalk.bots.configuration import read
from tasktalk.bots.crashtest.sink import LOOPBACK
from tasktalk.bots.hosting import Hosting
from tasktalk.bots.watch.logs import begin_log
from tasktalk.runtime.clock import RealClock
from tasktalk.runtime.conduct import Conduct
from tasktalk.storage.database import Database, DatabaseError
from tasktalk.storage.writes import Insert, WriteSet

BOTS = Path(__file__).parent / "bots"
# It is killed at the same instants again and again, by intent: nothing that it is then doing is to blame.
HOSTING = Hosting(Conduct(parked_after=1_000_000), private_hosts=(LOOPBACK,))
PLANT = "TASKTALK_CRASHTEST_PLANT"
"""Set in the environment, it gives the server a fault: the crash test must find it."""

_JUMP_SECONDS = 5.0
_LEAK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Orders:
    """What a server is told when it is started."""

    db: str
    port: int
    configuration: str
    seed: str
    has_jumping_clock: bool


class Trap:
    """Kills this process at a named instant."""

    def __init__(self) -> None:
        self._instant, self._left = "", 0

    def __call__(self, instant: str) -> None:
        if instant == self._instant:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def follow_orders(self) -> None:
        """Reads the standard input to its end, which is the end of this process, too."""
        with open(
            0, "rb", buffering=0, closefd=False
        ) as orders:  # a buffer's lock would hold up the end of the process
            while line := orders.readline():
                instant, times = line.decode().split()
                self._left, self._instant = int(times), instant
        os.kill(os.getpid(), signal.SIGKILL)


class JumpingClock(RealClock):
    """The machine's clock, but now and then it is set to another time."""

    def __init__(self, chance: random.Random) -> None:
        self._chance, self._ahead, self._jumps_at = chance, timedelta(), 0.0

    def now(self) -> datetime:
        if time.monotonic() >= self._jumps_at:
            self._ahead = timedelta(seconds=self._chance.uniform(-_JUMP_SECONDS, _JUMP_SECONDS))
            self._jumps_at = time.monotonic() + self._chance.uniform(0.2, 2.0)
        return super().now() + self._ahead


class Leaky(Database):
    """The planted fault: new tasks are written in a transaction of their own, before what belongs to them."""

    async def commit(self, writes: WriteSet) -> None:
        tasks = [write for write in writes.writes if isinstance(write, Insert) and write.table == "task"]
        if tasks:
            await super().commit(WriteSet(list(tasks)))
            await asyncio.sleep(_LEAK_SECONDS)
        await super().commit(WriteSet([write for write in writes.writes if write not in tasks]))


def main(given: Mapping[str, Any]) -> None:
    """Serves until it is killed, or stopped by a signal."""
    orders, trap = Orders(**given), Trap()
    threading.Thread(target=trap.follow_orders, daemon=True).start()
    begin_log("text", ())
    clock = JumpingClock(random.Random(orders.seed)) if orders.has_jumping_clock else None  # noqa: S311
    fittings = Fittings(crash=trap, opens=(Leaky if os.environ.get(PLANT) else Database).open)
    hosting = replace(HOSTING, channels=read(Path(orders.configuration), ()).channels)
    try:
        serve.run(BOTS, orders.db, serve.LOOPBACK, orders.port, clock, fittings, hosting=hosting)
    except (DatabaseError, CannotListen) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
