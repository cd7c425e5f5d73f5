"""Durable turns over HTTP: `python -m tests.bench.http_turns [--database postgresql] [--json]`.

In one run, in turn: a bare echo, `tasktalk serve` with fsync on, and a chat server with an ORM session for each turn,
each a process of its own, under the same client. The rounds are interleaved and what is told are medians, because
other work on the machine comes and goes. On PostgreSQL two servers on one database as well. 'There' is the machine of
the targets, by how many requests a second the same echo answered on it.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from tasktalk.runtime.leases import BEAT_SECONDS
from tests.bench.figures import number, percentile, table, verdict
from tests.bench.postgres import Postgres
from tests.bench.serving import Serving, echo, orm, tasktalk
from tests.bench.talk_bot import NAME, write_bot
from tests.bench.talking import WEBHOOK, Load, Orders, talk

ECHO, ONE, TWO, RIVAL = "bare echo", "tasktalk serve", "tasktalk serve × 2", "ORM session a turn"
ECHO_A_SECOND = 24_900
"""What the bare echo answered on the machine of the targets."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One or several servers on one database."""

    name: str
    servers: Sequence[Serving]
    is_counted: bool
    path: str = WEBHOOK
    key: str | None = None

    @property
    def cpu_seconds(self) -> float:
        return sum(server.cpu_seconds for server in self.servers)


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians over the rounds. `cpu_us` is what a turn takes of the servers' processors, the database's not."""

    server: str
    talks: int
    turns_a_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    client_busy: float
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Settings:
    """How long and how often."""

    talks: Sequence[int]
    rounds: int
    seconds: float
    has_timer: bool


def round_of(contender: Contender, talks: int, number_: int, seconds: float) -> tuple[Load, float]:
    """One measurement, and the microseconds of the processor that a turn took."""
    addresses = [server.address for server in contender.servers]
    spent = contender.cpu_seconds
    prefix = f"{contender.name.split()[0].lower()}{len(addresses)}-{talks}-{number_}"
    orders = Orders(
        addresses, NAME, prefix, talks, seconds, contender.is_counted, path=contender.path, key=contender.key
    )
    load = talk(orders)
    return load, (contender.cpu_seconds - spent) / load.answers * 1e6


def figures(server: str, talks: int, found: Sequence[tuple[Load, float]]) -> Figures:
    """The medians."""
    loads = [load for load, _ in found]
    rates = [load.turns_a_second for load in loads]
    return Figures(
        server,
        talks,
        median(rates),
        median(load.p50_ms for load in loads),
        median(load.p99_ms for load in loads),
        median(cpu for _, cpu in found),
        median(load.client_busy for load in loads),
        min(rates),
        max(rates),
    )


def contenders(stack: ExitStack, place: Path, postgres: Postgres | None, *, has_timer: bool) -> Iterator[Contender]:
    """Started, each with a database of its own."""
    bots, log = write_bot(place, has_timer=has_timer), place / "log"

    def database(name: str) -> str:
        return postgres.database() if postgres else str(place / f"{name}.db")

    yield Contender(ECHO, [stack.enter_context(echo(log))], False)
    yield Contender(ONE, [stack.enter_context(tasktalk(database("tasktalk"), bots, log))], True)
    yield Contender(RIVAL, [stack.enter_context(orm(database("orm"), log, has_timer=has_timer))], True)
    if postgres:
        shared = database("shared")
        yield Contender(TWO, [stack.enter_context(tasktalk(shared, bots, log)) for _ in range(2)], True)


def measure(settings: Settings, postgres: Postgres | None) -> list[Figures]:
    """Everything."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        servers = list(contenders(stack, Path(folder), postgres, has_timer=settings.has_timer))
        if postgres:
            sleep(2 * BEAT_SECONDS)  # until the two have shared the conversations out
        found = []
        for talks in settings.talks:
            rounds: dict[str, list[tuple[Load, float]]] = {each.name: [] for each in servers}
            for number_ in range(settings.rounds):
                for each in servers:
                    print(f"{talks} conversations, round {number_ + 1}: {each.name} …", file=sys.stderr)
                    rounds[each.name].append(round_of(each, talks, number_, settings.seconds))
            found += [figures(name, talks, loads) for name, loads in rounds.items()]
        return found


def targets(found: Sequence[Figures], *, is_postgresql: bool) -> Iterator[Sequence[str]]:
    """What is to be reached, with what was."""
    at = {(each.server, each.talks): each for each in found}
    most, least = max(each.talks for each in found), min(each.talks for each in found)
    rate = at[ONE, most].turns_a_second
    of_echo = rate / at[ECHO, most].turns_a_second
    of_orm = rate / at[RIVAL, most].turns_a_second
    yield (f"of the bare echo, {most} conversations", f"{of_echo:.2f}", "" if is_postgresql else verdict(of_echo, 0.35))
    yield (f"times the ORM, {most} conversations", f"{of_orm:.1f}", verdict(of_orm, 10 if is_postgresql else 15))
    if is_postgresql:
        twice = at[TWO, most].turns_a_second / rate
        yield (f"two servers, times one, {most} conversations", f"{twice:.2f}", verdict(twice, 1.3))
    p99 = at[ONE, least].p99_ms
    there = p99 * at[ECHO, most].turns_a_second / ECHO_A_SECOND
    yield (f"p99, {least} conversations, ms", number(p99), "")
    yield (f"p99, {least} conversations, ms there", number(there), verdict(there, 10, at_most=True))


def shown(found: Sequence[Figures]) -> str:
    """The figures as a table."""
    head = (
        "server",
        "conversations",
        "turns/s",
        "lowest … highest",
        "p50 ms",
        "p99 ms",
        "CPU µs a turn",
        "client busy",
    )
    rows = [
        (
            each.server,
            each.talks,
            number(each.turns_a_second),
            f"{number(each.lowest)} … {number(each.highest)}",
            number(each.p50_ms),
            number(each.p99_ms),
            number(each.cpu_us),
            f"{each.client_busy:.0%}",
        )
        for each in found
    ]
    return table(head, rows)


def flush_ms(folder: str | None = None) -> float:
    """What it takes this disk to keep 4 KiB for good: the median of many."""
    spent = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(100):
            file.write(b"x" * 4096)
            file.flush()
            began = perf_counter()
            os.fdatasync(file.fileno())
            spent.append(1000 * (perf_counter() - began))
    return percentile(spent, 0.5)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.http_turns", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--conversations", type=int, nargs="+", default=[256, 16], metavar="N")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--seconds", type=float, default=4.0, metavar="S", help="of each round of each server")
    parser.add_argument("--timer", action="store_true", help="each question has a TIMEOUT: one more row a turn")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    settings = Settings(given.conversations, given.rounds, given.seconds, given.timer)
    postgres = Postgres() if given.database == "postgresql" else None
    try:
        found = measure(settings, postgres)
        about = f"{given.database}{f' ({postgres.promises})' if postgres else ', synchronous FULL'}, "
        about += f"{os.cpu_count()} processors, {flush_ms():.2f} ms to flush 4 KiB"
    finally:
        if postgres:
            postgres.remove_all()
    tell(about, found, list(targets(found, is_postgresql=postgres is not None)), as_json=given.json)


def tell(about: str, found: Sequence[Figures], reached: Sequence[Sequence[str]], *, as_json: bool) -> None:
    """Prints what was measured, and where, and what was to be reached."""
    if as_json:
        print(json.dumps({"about": about, "figures": [asdict(each) for each in found], "targets": reached}, indent=1))
    else:
        print(f"{about}\n\n{shown(found)}\n\n{table(('target', 'measured', 'wanted'), reached)}")


if __name__ == "__main__":
    main()
