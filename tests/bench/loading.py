"""How long 200 bots take to load: `python -m tests.bench.loading`. Each time is that of a process of its own.

Without a cache, into an empty one, and out of it; what is measured is Bots.load alone, the language is there already.
Machines differ by more than what is measured, so each process also runs `fib24` by hand: it tells how fast this machine
is beside the one that the targets were set on.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tasktalk.bots.assembly import language, shipped_bots
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.program_cache import ProgramCache
from tests.bench.by_hand import fib24
from tests.bench.figures import number, verdict

SCRIPTS = 200
ROUNDS = 7
LINES_A_SECOND = 15_000
CACHED_MILLISECONDS = 100
FIB24_MILLISECONDS = 4.7
"""What plain Python's fib24 took on the machine of these targets."""
_FIBS = 15


def write_bots(folder: Path) -> int:
    """200 bots whose scripts are the shipped ones in turn, each different in a comment; gives their lines."""
    sources = [path.read_text("utf-8") for path in sorted(shipped_bots().glob("*/*.bas"))]
    lines = 0
    for which in range(SCRIPTS):
        source = f"' bot {which}\n{sources[which % len(sources)]}"
        lines += source.count("\n")
        (folder / f"bot{which}").mkdir()
        (folder / f"bot{which}" / "start.bas").write_text(source, "utf-8")
    return lines


def load(folder: Path, cache: Path | None) -> None:
    """Loads once and prints milliseconds: of wall, of processor time, and of fib24 before and after."""
    keywords = language()
    yardstick = [_milliseconds_of_fib24() for _ in range(_FIBS)]
    wall, processor = time.perf_counter(), time.process_time()
    bots = Bots.load(folder, keywords, ProgramCache(cache))
    spent = time.perf_counter() - wall, time.process_time() - processor
    if len(list(bots.programs())) != SCRIPTS:
        raise AssertionError("not all scripts were loaded")
    yardstick += [_milliseconds_of_fib24() for _ in range(_FIBS)]
    print(json.dumps([*(seconds * 1000 for seconds in spent), statistics.median(yardstick)]))


def _milliseconds_of_fib24() -> float:
    start = time.process_time()
    fib24()
    return (time.process_time() - start) * 1000


def measured(folder: Path, cache: Path | None) -> list[float]:
    """What `load` prints, in a new process."""
    command = [sys.executable, "-m", "tests.bench.loading", str(folder), *([str(cache)] if cache else [])]
    found: list[float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def main() -> None:
    """Prints one line for each way."""
    with tempfile.TemporaryDirectory() as place:
        folder, cache = Path(place, "bots"), Path(place, "cache")
        folder.mkdir()
        lines = write_bots(folder)
        print(f"{SCRIPTS} scripts, {lines} lines")
        ways = {
            "without a cache": [measured(folder, None) for _ in range(ROUNDS)],
            "into an empty cache": [measured(folder, cache)],
            "out of the cache": [measured(folder, cache) for _ in range(ROUNDS)],
        }
        for way, times in ways.items():
            wall, processor, fib = (statistics.median(column) for column in zip(*times, strict=True))
            pace = f"{lines / processor * 1000:7,.0f} lines a second, fib24 by hand {fib:.1f} ms"
            print(f"{way:22} {wall:7.1f} ms, {processor:7.1f} ms of the processor, {pace}")
        print(f"where fib24 takes {FIB24_MILLISECONDS} ms, by the medians of each process's own ratio:")
        paces = [lines / processor * 1000 * fib / FIB24_MILLISECONDS for _, processor, fib in ways["without a cache"]]
        cached = [wall * FIB24_MILLISECONDS / fib for wall, _, fib in ways["out of the cache"]]
        pace, milliseconds = statistics.median(paces), statistics.median(cached)
        print(f"  parsed and compiled    {number(pace)} lines a second, {verdict(pace, LINES_A_SECOND)}")
        within = verdict(milliseconds, CACHED_MILLISECONDS, at_most=True)
        print(f"  200 out of the cache   {number(milliseconds)} ms, {within}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        load(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    else:
        main()
