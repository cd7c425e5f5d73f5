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

SCRIPTS = 200
ROUNDS = 7


def write_bots(folder: Path) -> int:
    """200 bots whose scripts are the shipped ones in turn, each different in a comment; gives their lines."""
    sources = [path.read_text("utf-8") for path in sorted(shipped_bots().glob("*/*.bas"))]
    lines = 0
    for number in range(SCRIPTS):
        source = f"' bot {number}\n{sources[number % len(sources)]}"
        lines += source.count("\n")
        (folder / f"bot{number}").mkdir()
        (folder / f"bot{number}" / "start.bas").write_text(source, "utf-8")
    return lines


def load(folder: Path, cache: Path | None) -> None:
    """Loads once and prints the milliseconds of wall and of processor time."""
    keywords = language()
    wall, processor = time.perf_counter(), time.process_time()
    bots = Bots.load(folder, keywords, ProgramCache(cache))
    spent = time.perf_counter() - wall, time.process_time() - processor
    if len(list(bots.programs())) != SCRIPTS:
        raise AssertionError("not all scripts were loaded")
    print(json.dumps([seconds * 1000 for seconds in spent]))


def measured(folder: Path, cache: Path | None) -> list[float]:
    """Milliseconds of wall and of processor time, in a new process."""
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
            wall, processor = (statistics.median(column) for column in zip(*times, strict=True))
            pace = f"{lines / processor * 1000:7,.0f} lines a second"
            print(f"{way:22} {wall:7.1f} ms, {processor:7.1f} ms of the processor, {pace}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        load(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    else:
        main()
