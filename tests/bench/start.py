"""How soon `tasktalk serve` answers: `python -m tests.bench.start [rounds]`. Real servers, from nothing.

With the bots that ship, on a database that is new, on one that is there, and after kill -9; scripts come out of a cache
that has them, and in the first line out of an empty one. The answer is that of a talk's first message.
"""

import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from unittest.mock import patch

from tasktalk.bots.assembly import shipped_bots
from tests.bench.figures import number, table, verdict
from tests.bench.person import Person
from tests.bench.serving import tasktalk

BOT, GREETING = "support", "Support desk. What can I do for you?"


def first_answer(db: Path, contact: str, *, is_killed: bool) -> float:
    """The seconds from nothing to the answer."""
    began = perf_counter()
    with tasktalk(str(db), shipped_bots(), db.parent / "log") as server:
        person = Person(server)
        person.say(contact, "hello", "0", GREETING, BOT)
        spent = perf_counter() - began
        person.leave()
        if not is_killed:
            server.stop()
    return spent


def main() -> None:
    """Prints a line for each way to start."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    ways: dict[str, list[float]] = {"new database, scripts not compiled yet": [], "new database": []}
    ways |= {"database of before": [], "after kill -9": []}
    new, known, of_before, killed = ways.values()
    for _ in range(rounds):
        with (
            tempfile.TemporaryDirectory() as folder,
            patch.dict(os.environ, {"XDG_CACHE_HOME": str(Path(folder, "cache"))}),
        ):
            Path(folder, "cache").mkdir(mode=0o700)
            new.append(first_answer(Path(folder, "a.db"), "a", is_killed=False))
            known.append(first_answer(Path(folder, "b.db"), "a", is_killed=False))
            of_before.append(first_answer(Path(folder, "b.db"), "b", is_killed=True))
            killed.append(first_answer(Path(folder, "b.db"), "c", is_killed=True))
    rows = [
        (way, number(median(found)), number(max(found)), verdict(median(found), 1.5, at_most=True))
        for way, found in ways.items()
    ]
    print(table(("start to first answer", "median s", "worst s", "wanted"), rows))


if __name__ == "__main__":
    main()
