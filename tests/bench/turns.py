"""What a turn of a waiting script costs: `python -m tests.bench.turns`. Two frames, one TALK and one HEAR a turn."""

import statistics
import time
from collections.abc import Callable, Coroutine
from typing import Any

from tasktalk.interpreter.keyword import Keywords, keyword
from tasktalk.interpreter.program import compile_script
from tasktalk.interpreter.session import Pending, Session, on_big_stack
from tests.alone import Alone
from tests.bench.speed import Nobody

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


@keyword("TALK <text>")
def talk(host: Nobody, text: str) -> None:
    """Says it to nobody."""


@keyword("HEAR {answer}", returns="any")
async def hear(host: Nobody) -> None:
    """Never asked for real."""


def close(call: Coroutine[Any, Any, Any]) -> None:
    """Throws a call away."""
    call.close()


def each(label: str, turn: Callable[[], object]) -> None:
    """Prints the microseconds of the processor that one turn takes: in the quickest batch, and the median of them."""
    found = []
    for _ in range(BATCHES):
        start = time.thread_time()
        for _ in range(ROUNDS):
            turn()
        found.append((time.thread_time() - start) / ROUNDS * 1e6)
    print(f"{label:42} {min(found):6.1f} µs, median {statistics.median(found):6.1f}")


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

    def through_bytes() -> None:
        nonlocal session
        session = Session.load(session.dump(), host, scripts)
        in_memory()

    each("turn in memory", in_memory)
    each("dump", session.dump)
    data = session.dump()
    each("load", lambda: Session.load(data, host, scripts))
    each("turn through bytes, in a fresh session", through_bytes)
    print(f"state: {len(data)} bytes")
    if isinstance(outcome, Pending):
        close(outcome.call)


if __name__ == "__main__":
    on_big_stack(main)
