"""Durable turns over HTTP, beside other engines that survive a kill: `python -m tests.bench.engines [--json]`.

`make engines` installs them first: DBOS and Procrastinate on PostgreSQL, LangGraph on SQLite, Restate on its own store.
All answer the same client in one run, in turn; each keeps turn and state as its own manual shows it, as its file here
says. TaskTalk is compared on the same kind of database, with Restate on SQLite.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from time import sleep

from tasktalk.runtime.leases import BEAT_SECONDS
from tests.bench.figures import verdict
from tests.bench.http_turns import Contender, Figures, figures, flush_ms, round_of, tell
from tests.bench.page import UNAVAILABLE
from tests.bench.postgres import Postgres
from tests.bench.serving import Serving, tasktalk
from tests.bench.talk_bot import write_bot
from tests.bench.talking import Load

ON_SQLITE, ON_POSTGRESQL = "TaskTalk, SQLite", "TaskTalk, PostgreSQL"
DBOS, LANGGRAPH, PROCRASTINATE, RESTATE = "DBOS", "LangGraph", "Procrastinate", "Restate"
TARGETS = (
    (DBOS, ON_POSTGRESQL, 30),
    (LANGGRAPH, ON_SQLITE, 30),
    (PROCRASTINATE, ON_POSTGRESQL, 10),
    (RESTATE, ON_SQLITE, 5),
)
INSTALLED = Path(sys.prefix) / "engines"
RESTATE_SERVER = INSTALLED / "node/node_modules/.bin/restate-server"


def contenders(stack: ExitStack, place: Path, postgres: Postgres) -> Iterator[Contender]:
    """Started, each with a database of its own."""
    bots, log = write_bot(place), place / "log"

    def other(module: str, *given: str) -> list[Serving]:
        command = [f"tests.bench.engines.{module}", *given]
        return [stack.enter_context(Serving(module, command, log, str(INSTALLED / "bin/python")))]

    yield Contender(ON_SQLITE, [stack.enter_context(tasktalk(str(place / "tasktalk.db"), bots, log))], True)
    yield Contender(ON_POSTGRESQL, [stack.enter_context(tasktalk(postgres.database(), bots, log))], True)
    yield Contender(DBOS, other("dbos", postgres.database()), True)
    yield Contender(LANGGRAPH, other("langgraph", str(place / "langgraph.db")), True)
    yield Contender(PROCRASTINATE, other("procrastinate", postgres.database()), True)
    restate = other("restate", str(RESTATE_SERVER), str(place / "restate"))
    yield Contender(RESTATE, restate, True, path="/counter/{contact}/say", key="Idempotency-Key")


def measure(talks: int, rounds: int, seconds: float, postgres: Postgres) -> list[Figures]:
    """Everything."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        servers = list(contenders(stack, Path(folder), postgres))
        sleep(2 * BEAT_SECONDS)  # until the process on PostgreSQL has taken all conversations
        found: dict[str, list[tuple[Load, float]]] = {each.name: [] for each in servers}
        for number in range(rounds):
            for each in servers:
                print(f"round {number + 1}: {each.name} …", file=sys.stderr)
                found[each.name].append(round_of(each, talks, number, seconds))
        return [figures(name, talks, loads) for name, loads in found.items()]


def targets(found: Sequence[Figures]) -> Iterator[Sequence[str]]:
    """What is to be reached, with what was."""
    rates = {each.server: each.turns_a_second for each in found}
    for rival, ours, wanted in TARGETS:
        times = rates[ours] / rates[rival]
        yield f"{ours}: times {rival}", f"{times:.1f}", verdict(times, wanted)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.engines", description=__doc__)
    parser.add_argument("--conversations", type=int, default=256, metavar="N")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--seconds", type=float, default=8.0, metavar="S", help="of each round of each server")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if not (RESTATE_SERVER.exists() and (INSTALLED / "bin/python").exists()):
        parser.exit(
            UNAVAILABLE, "The other engines are not installed. `make engines` does that, with npm, and measures.\n"
        )
    postgres = Postgres()
    try:
        found = measure(given.conversations, given.rounds, given.seconds, postgres)
        about = f"{postgres.promises}, {os.cpu_count()} processors, {flush_ms():.2f} ms to flush 4 KiB"
    finally:
        postgres.remove_all()
    tell(about, found, list(targets(found)), as_json=given.json)


if __name__ == "__main__":
    main()
