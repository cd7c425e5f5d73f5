"""How long 200 bots take to load: `python -m tests.bench.loading`. Each time is that of a process of its own.

Without a cache, into an empty one, and out of it; what is measured is Bots.load alone, the language is there already.
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
from tests.bench.figures import number, table, verdict
from tests.bench.yardstick import slowness, told

SCRIPTS = 200
ROUNDS = 7
LINES_A_SECOND = 15_000
CACHED_MILLISECONDS = 100


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
    """Loads once and prints milliseconds of wall and of processor time, and how slow the machine was about then."""
    keywords = language()
    before, wall, processor = slowness(), time.perf_counter(), time.process_time()
    bots = Bots.load(folder, keywords, ProgramCache(cache))
    spent = time.perf_counter() - wall, time.process_time() - processor
    if len(list(bots.programs())) != SCRIPTS:
        raise AssertionError("not all scripts were loaded")
    print(json.dumps([*(seconds * 1000 for seconds in spent), (before + slowness()) / 2]))


def measured(folder: Path, cache: Path | None) -> list[float]:
    """What `load` prints, in a new process."""
    command = [sys.executable, "-m", "tests.bench.loading", str(folder), *([str(cache)] if cache else [])]
    found: list[float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def shown(lines: int, ways: dict[str, list[list[float]]]) -> str:
    """The tables: medians, and those by each process's own ratio."""
    head = [f"{SCRIPTS} scripts, {lines:,} lines", "wall ms", "processor ms", "lines a second", "there"]
    rows, paces = [], {}
    for way, times in ways.items():
        wall, processor = (statistics.median(time[column] for time in times) for column in (0, 1))
        paces[way] = statistics.median(lines / processor * 1000 * slow for _, processor, slow in times)
        rows.append([way, number(wall), number(processor), number(lines / processor * 1000), number(paces[way])])
    pace, cached = (
        paces["without a cache"],
        statistics.median(processor / slow for _, processor, slow in ways["out of the cache"]),
    )
    targets = [
        ["parsed and compiled, lines a second there", number(pace), verdict(pace, LINES_A_SECOND)],
        [
            f"{SCRIPTS} scripts out of the cache, ms there",
            number(cached),
            verdict(cached, CACHED_MILLISECONDS, at_most=True),
        ],
    ]
    slow = statistics.median(slow for times in ways.values() for _, _, slow in times)
    return "\n\n".join([told(slow), table(head, rows), table(["target", "measured", "wanted"], targets)])


def main() -> None:
    """Prints the tables."""
    with tempfile.TemporaryDirectory() as place:
        folder, cache = Path(place, "bots"), Path(place, "cache")
        folder.mkdir()
        lines = write_bots(folder)
        ways = {
            "without a cache": [measured(folder, None) for _ in range(ROUNDS)],
            "into an empty cache": [measured(folder, cache)],
            "out of the cache": [measured(folder, cache) for _ in range(ROUNDS)],
        }
        print(shown(lines, ways))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        load(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    else:
        main()
