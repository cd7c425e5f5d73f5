"""What a turn of a waiting script costs: `python -m tests.bench.turns`. Two frames, one TALK and one HEAR a turn."""

import statistics
import time
from collections.abc import Callable, Coroutine
from typing import Any

from tasktalk.interpreter.keyword import Keywords, keyword
from tasktalk.interpreter.program import compile_script
from tasktalk.interpreter.session import Pending, Session, on_big_stack
from tests.alone import Alone
from tests.bench.figures import number, table, verdict
from tests.bench.speed import Nobody
from tests.bench.yardstick import slowness, told

SOURCE = """SUB ask(question)
  TALK question
  HEAR answer
  heard = heard + 1
END SUB
heard = 0
WHILE TRUE
  CALL ask("What is your name?")
WEND
"""
BATCHES, ROUNDS = 40, 1_000
MICROSECONDS = 40
WHOLE = "turn in memory, captured and encoded"


@keyword("TALK <text>")
def talk(host: Nobody, text: str) -> None:
    """Says it to nobody."""


@keyword("HEAR {answer}", returns="any")
async def hear(host: Nobody) -> None:
    """Never asked for real."""


def close(call: Coroutine[Any, Any, Any]) -> None:
    """Throws a call away."""
    call.close()


def each(turn: Callable[[], object]) -> tuple[float, float]:
    """Microseconds of the processor that one turn takes: in the quickest batch, and the median of all."""
    found = []
    for _ in range(BATCHES):
        start = time.thread_time()
        for _ in range(ROUNDS):
            turn()
        found.append((time.thread_time() - start) / ROUNDS * 1e6)
    return min(found), statistics.median(found)


def main() -> None:
    """Measures turns in memory, and through bytes into a fresh session."""
    scripts = Alone(compile_script(SOURCE, Keywords([talk, hear])))
    host = Nobody()
    session = Session(scripts.program, host, scripts)
    outcome = session.start()

    def in_memory() -> None:
        nonlocal outcome
        if isinstance(outcome, Pending):
            close(outcome.call)
        session.begin_turn(host)
        outcome = session.resume("Ana")

    def encoded() -> None:
        in_memory()
        session.dump()

    def through_bytes() -> None:
        nonlocal session
        session = Session.load(session.dump(), host, scripts)
        in_memory()

    before, measured = slowness(), {"turn in memory": each(in_memory), WHOLE: each(encoded)}
    data = session.dump()
    measured["load"] = each(lambda: Session.load(data, host, scripts))
    measured["turn through bytes, in a fresh session"] = each(through_bytes)
    slow = (before + slowness()) / 2
    rows = [[what, *map(number, (least, usual, usual / slow))] for what, (least, usual) in measured.items()]
    print(told(slow))
    print("\n" + table([f"µs of the processor; state: {len(data)} bytes", "quickest", "median", "there"], rows))
    there = measured[WHOLE][1] / slow
    wanted = [[f"{WHOLE}, µs there", number(there), verdict(there, MICROSECONDS, at_most=True)]]
    print("\n" + table(["target", "measured", "wanted"], wanted))
    if isinstance(outcome, Pending):
        close(outcome.call)


if __name__ == "__main__":
    on_big_stack(main)
