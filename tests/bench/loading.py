"""How long 200 bots take to load: `python -m tests.bench.loading`. Each time is that of a process of its own.

Parsed and compiled alone; and all of Bots.load: without a cache, into an empty one, and out of it. The language is
there already.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tasktalk.bots.assembly import language, shipped_bots
from tasktalk.interpreter.program import compile_script
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.program_cache import ProgramCache
from tests.bench.figures import number, table, verdict
from tests.bench.yardstick import slowness, told

SCRIPTS = 200
ROUNDS = 7
ALONE = "-"
"""In the place of a cache: what has been read is only parsed and compiled."""
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


def load(folder: Path, cache: str) -> None:
    """Loads once and prints milliseconds of wall and of processor time, and how slow the machine was about then."""
    keywords = language()
    sources = [path.read_text("utf-8") for path in sorted(folder.glob("*/*.bas"))]
    before, wall, processor = slowness(), time.perf_counter(), time.process_time()
    if cache == ALONE:
        count = len([compile_script(source, keywords) for source in sources])
    else:
        count = len(list(Bots.load(folder, keywords, ProgramCache(Path(cache) if cache else None)).programs()))
    spent = time.perf_counter() - wall, time.process_time() - processor
    if count != SCRIPTS:
        raise AssertionError("not all scripts were loaded")
    print(json.dumps([*(seconds * 1000 for seconds in spent), (before + slowness()) / 2]))


def measured(folder: Path, cache: str) -> list[float]:
    """What `load` prints, in a new process."""
    command = [sys.executable, "-m", "tests.bench.loading", str(folder), cache]
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
    pace = paces["parsed and compiled alone"]
    cached = statistics.median(processor / slow for _, processor, slow in ways["out of the cache"])
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
        folder, cache = Path(place, "bots"), str(Path(place, "cache"))
        folder.mkdir()
        lines = write_bots(folder)
        ways = {
            "parsed and compiled alone": [measured(folder, ALONE) for _ in range(ROUNDS)],
            "without a cache": [measured(folder, "") for _ in range(ROUNDS)],
            "into an empty cache": [measured(folder, cache)],
            "out of the cache": [measured(folder, cache) for _ in range(ROUNDS)],
        }
        print(shown(lines, ways))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        load(Path(sys.argv[1]), sys.argv[2])
    else:
        main()
