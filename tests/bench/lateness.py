"""How late the event loop wakes a task while scripts compute: `python -m tests.bench.lateness [seconds]`.

The real engine with 16 talks whose scripts never end; and the same measurement before any of them has begun.
"""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tasktalk.bots.assembly import language
from tasktalk.interpreter.limits import Limits
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import RealClock
from tasktalk.runtime.engine import Engine
from tasktalk.runtime.ports import Inbound
from tasktalk.storage.database import Database

SCRIPTS = 16
SOURCE = """x = 0
DO
  x = x + 1
  IF x MOD 1000 = 0 THEN s = FORMAT(x, "#,##0")
LOOP
"""

UNLIMITED = Limits(seconds=1e9, statements=10**15)


async def lateness(seconds: float) -> tuple[list[float], list[float]]:
    """By how many milliseconds each of many short sleeps was too long; and how many of them other processes took.

    The second is known while this process computes all the time: then it is what its processor time lacks.
    """
    chance, late, stolen = random.Random(1), [], []
    end = time.perf_counter() + seconds
    while (now := time.perf_counter()) < end:
        computed, pause = time.thread_time(), chance.uniform(0.001, 0.005)
        await asyncio.sleep(pause)
        took = time.perf_counter() - now
        late.append((took - pause) * 1000)
        stolen.append(max(0.0, took - (time.thread_time() - computed)) * 1000)
    return late, stolen


def show(label: str, late: list[float]) -> None:
    """Prints the median, the 99th percentile and the worst."""
    late = sorted(late)
    p99 = late[int(len(late) * 0.99)]
    print(f"{label:45} median {statistics.median(late):5.2f} ms   p99 {p99:5.2f} ms   worst {late[-1]:6.2f} ms")


async def measure(seconds: float, place: Path) -> None:
    """Prints both."""
    (place / "busy").mkdir()
    (place / "busy" / "start.bas").write_text(SOURCE, "utf-8")
    keywords, clock = language(), RealClock()
    database = await Database.open(":memory:")
    engine = Engine(database, clock, Bots.load(place, keywords, limits=UNLIMITED), keywords)
    await engine.start()
    try:
        late, _ = await lateness(seconds)
        show("no scripts", late)
        for number in range(SCRIPTS):
            await engine.receive(Inbound("busy", "bench", f"person {number}", "go", str(number)))
        await lateness(0.5)
        late, stolen = await lateness(seconds)
        show(f"{SCRIPTS} scripts computing", late)
        show("… less what other processes took", [a - b for a, b in zip(late, stolen, strict=True)])
    finally:
        await engine.stop()
        await database.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0, Path(folder)))
