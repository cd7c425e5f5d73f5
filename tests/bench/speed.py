"""Compiled scripts against hand-written Python: `python -m tests.bench.speed [rounds] [program…]`.

For each program the ratio of the fast code, of a twin (the same after one pre-emption at the start) and of the code
without any inferred types. Rounds are interleaved; medians are shown.
"""

import math
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import cast

from tasktalk.interpreter.keyword import Keywords, keyword
from tasktalk.interpreter.program import Program, compile_script
from tasktalk.interpreter.session import Finished, Session, on_big_stack
from tasktalk.interpreter.values import Rows, Value
from tests.alone import Alone
from tests.bench.by_hand import PROGRAMS, load_orders
from tests.bench.figures import row, table, verdict

FOLDER = Path(__file__).parent
KINDS = "fast", "twin", "dynamic"
MEAN, WORST, OF_REALISTIC = 1.25, 2.5, 1.6
REALISTIC = "bot"


class Nobody:
    """A host that has nothing to say."""

    random = Random(1)
    language = None

    def now(self) -> datetime:
        return datetime.now(UTC)

    def predefined(self, name: str) -> Value:
        return None

    def read(self, kind: str, written: str) -> Value:
        raise KeyError(kind)

    def log(self, text: str) -> None:
        pass


@keyword("LOAD ORDERS", returns="rows", bare=True)
def load(host: Nobody) -> Rows:
    """200 orders."""
    return Rows(cast("list[Value]", load_orders()))


KEYWORDS = Keywords([load])


def timed(function: Callable[[], object]) -> tuple[float, object]:
    """(seconds, result)"""
    start = time.process_time()
    result = function()
    return time.process_time() - start, result


def straight(program: Program) -> tuple[float, object]:
    """One run of the fast code."""
    return timed(Session(program, Nobody(), Alone(program)).start)


def resumed(program: Program) -> tuple[float, object]:
    """One run that is taken off at its first loop or call, and goes on in a twin."""
    session = Session(program, Nobody(), Alone(program))
    session.preempt()
    outcome = session.start()
    return (0.0, outcome) if isinstance(outcome, Finished) else timed(session.resume)


def ratios(name: str, rounds: int) -> tuple[float, dict[str, float]]:
    """(milliseconds by hand, ratio of each kind)"""
    source = (FOLDER / f"{name}.bas").read_text("utf-8")
    inferred = compile_script(source, KEYWORDS, name)
    dynamic = compile_script(source, KEYWORDS, name, infer=False)
    kinds: dict[str, Callable[[], tuple[float, object]]] = {
        "fast": lambda: straight(inferred),
        "twin": lambda: resumed(inferred),
        "dynamic": lambda: straight(dynamic),
    }
    base: list[float] = []
    found: dict[str, list[float]] = {kind: [] for kind in kinds}
    for runs in kinds.values():  # once to compile what is compiled when it is needed
        runs()
    for _ in range(rounds):
        plain, expected = timed(PROGRAMS[name])
        base.append(plain)
        for kind, runs in kinds.items():
            took, outcome = runs()
            if not isinstance(outcome, Finished) or outcome.value != expected:
                raise AssertionError(f"{name}: {outcome} instead of {expected}")
            found[kind].append(took / plain)
    return statistics.median(base) * 1000, {kind: statistics.median(values) for kind, values in found.items()}


def geometric(values: list[float]) -> float:
    """The geometric mean."""
    return math.exp(sum(map(math.log, values)) / len(values))


def targets(fast: dict[str, float]) -> list[list[str]]:
    """What is wanted of the fast code, and whether it is so."""
    worst = max(fast, key=fast.__getitem__)
    found = [("geometric mean", geometric(list(fast.values())), MEAN), (f"the slowest, {worst}", fast[worst], WORST)]
    if REALISTIC in fast:
        found.append((f"{REALISTIC}, a realistic script", fast[REALISTIC], OF_REALISTIC))
    return [[what, f"{ratio:.2f}", verdict(ratio, wanted, at_most=True)] for what, ratio, wanted in found]


def main() -> None:
    """Prints one line for each program, the means, and whether the targets are met."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    names = sys.argv[2:] or list(PROGRAMS)
    all_ratios: dict[str, dict[str, float]] = {kind: {} for kind in KINDS}
    print(table(["program", "ms by hand", *KINDS], []))
    for name in names:
        milliseconds, found = ratios(name, rounds)
        for kind, ratio in found.items():
            all_ratios[kind][name] = ratio
        print(row([name, f"{milliseconds:.1f}", *(f"{found[kind]:.2f}" for kind in KINDS)]), flush=True)
    print(row(["geometric mean", "", *(f"{geometric(list(all_ratios[kind].values())):.2f}" for kind in KINDS)]))
    print("\n" + table(["target, fast", "measured", "wanted"], targets(all_ratios["fast"])))


if __name__ == "__main__":
    on_big_stack(main)
