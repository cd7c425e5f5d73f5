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
from tests.bench.figures import number, percentile, table, verdict

SCRIPTS = 16
MILLISECONDS = 2
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


def row(label: str, late: list[float]) -> list[str]:
    """The median, the 99th percentile and the worst."""
    return [label, *map(number, (statistics.median(late), percentile(late, 0.99), max(late)))]


async def measure(seconds: float, place: Path) -> None:
    """Prints both, and whether the target is met."""
    (place / "busy").mkdir()
    (place / "busy" / "start.bas").write_text(SOURCE, "utf-8")
    keywords, clock = language(), RealClock()
    database = await Database.open(":memory:")
    engine = Engine(database, clock, Bots.load(place, keywords, limits=UNLIMITED), keywords)
    await engine.start()
    try:
        late, _ = await lateness(seconds)
        rows = [row("no scripts", late)]
        for each in range(SCRIPTS):
            await engine.receive(Inbound("busy", "bench", f"person {each}", "go", str(each)))
        await lateness(0.5)
        late, stolen = await lateness(seconds)
        own = [max(0.0, a - b) for a, b in zip(late, stolen, strict=True)]
        rows += [row(f"{SCRIPTS} scripts computing", late), row("… less what other processes took", own)]
        print(table(["how late, ms", "median", "p99", "worst"], rows))
        worst = percentile(own, 0.99)
        wanted = [[f"p99 with {SCRIPTS} scripts, ms", number(worst), verdict(worst, MILLISECONDS, at_most=True)]]
        print("\n" + table(["target", "measured", "wanted"], wanted))
    finally:
        await engine.stop()
        await database.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0, Path(folder)))
