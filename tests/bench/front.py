"""How fast scripts become programs: `python -m tests.bench.front [rounds]`. Processor time, with nothing remembered.

The scripts are the shipped bots, then the transcripts, then the bots many times over with other names as one script:
what a line of that takes more than a line of the bots is what grows with a script's length.
"""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time
from typing import Any
from unittest.mock import patch

from tasktalk.bots.assembly import language
from tasktalk.interpreter import program
from tasktalk.interpreter.compiler import script as lowering
from tasktalk.interpreter.errors import NotRunnable
from tasktalk.interpreter.inference import Facts
from tasktalk.interpreter.parser import parse
from tasktalk.interpreter.program import compile_script
from tasktalk.interpreter.resolver import resolve
from tasktalk.interpreter.resolver.findings import Findings
from tasktalk.interpreter.resolver.scopes import Scopes

ROOT = Path(__file__).parents[2]
KEYWORDS = language()


def scripts(folder: str) -> list[str]:
    """The scripts below a folder that compile."""
    found = [path.read_text("utf-8") for path in sorted((ROOT / folder).rglob("*.bas"))]
    return [source for source in found if is_whole(source)]


def is_whole(source: str) -> bool:
    try:
        compile_script(source, KEYWORDS)
    except NotRunnable:
        return False
    return True


def long_script(bots: list[str], times: int) -> str:
    """The bots one after the other, `times` times, each time with names of their own."""
    return "\n".join(renamed(bot, f"_{number}_{i}") for number in range(times) for i, bot in enumerate(bots))


def renamed(source: str, ending: str) -> str:
    """The script with the ending at each name that it gives to something."""
    scopes = Scopes(parse(source, KEYWORDS.phrases), KEYWORDS, Findings())
    names = {n for scope in scopes.all for n in scope.assigned.values()} | set(scopes.procedures)
    return re.sub(rf"\b({'|'.join(sorted(names))})\b", rf"\1{ending}", source)


class Stopwatch:
    """Seconds of processor time by phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        start = process_time()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + process_time() - start

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its calls counted as a phase."""

        def call(*arguments: Any, **named: Any) -> Any:
            with self.phase(name):
                return function(*arguments, **named)

        return call


def measured(sources: list[str]) -> dict[str, float]:
    """Seconds by phase for all the scripts; `whole` is everything."""
    watch = Stopwatch()
    with (
        patch("builtins.compile", watch.timed("python", compile)),
        patch.object(program, "parse", watch.timed("parse", parse)),
        patch.object(program, "resolve", watch.timed("resolve", resolve)),
        patch.object(lowering, "Facts", watch.timed("infer", Facts)),
        watch.phase("whole"),
    ):
        for source in sources:
            compile_script(source, KEYWORDS)
    seconds = watch.seconds
    seconds["emit"] = 2 * seconds["whole"] - sum(seconds.values())
    return seconds


def main() -> None:
    """Prints for each kind of script the lines a second, and the microseconds of a line by phase; the best round."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    bots = [script for script in scripts("scripts") if "' user:" not in script]  # the others are their transcripts
    kinds = {
        "shipped bots": bots,
        "transcripts": scripts("tests/scripts"),
        "as one script": [long_script(bots, 40)],
    }
    for kind, sources in kinds.items():
        lines = sum(source.count("\n") + 1 for source in sources)
        times = max(1, 3000 // lines)
        found = min((measured(sources * times) for _ in range(rounds)), key=lambda seconds: seconds["whole"])
        shown = "  ".join(
            f"{phase} {found[phase] / lines / times * 1e6:5.1f}"
            for phase in ("parse", "resolve", "infer", "emit", "python")
        )
        print(f"{kind:14} {lines:6} lines  {lines * times / found['whole']:7,.0f} lines/s   µs a line: {shown}")


if __name__ == "__main__":
    main()
