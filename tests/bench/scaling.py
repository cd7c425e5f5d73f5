"""What it takes to serve more: `python -m tests.bench.scaling [--database postgresql] [--json]`.

First a minute of short loads on this machine tells what turns cost here (`calibration.py`). Then the model (`model.py`)
says what follows from that for more processes and databases. Where both can be had, the model is compared with what was
measured. Processors and disks of other machines are others: run it on those that you mean to use.
"""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from tasktalk.runtime.leases import BUCKETS
from tests.bench.calibration import Calibration, Point, calibrate
from tests.bench.figures import number, table
from tests.bench.model import Costs, Outcome, Plant, Simulation, limits, most, needed, with_words
from tests.bench.postgres import Postgres

RATES = (100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
CONVERSATIONS = (10_000, 1_000_000, 10_000_000, 100_000_000)
BUSY = 0.7
"""No processor is planned to be busier: above that, waiting grows quickly."""
CORES = 16
"""Processors of one database's machine."""
_TURNS, _DAY = 20_000, 86_400


@dataclass(frozen=True, slots=True)
class Plan:
    """What takes so many turns a second, and how it fares."""

    rate: int
    databases: int
    processes: int
    database_cores: float
    outcome: Outcome


def plan(costs: Costs, rate: int, *, is_shared: bool) -> Plan | None:
    """The fewest databases and processes; None where databases have one process each, and it would take many."""
    for databases in range(1, BUCKETS + 1) if is_shared else (1,):
        mine = rate / databases
        processes = needed(costs, mine, BUSY) if is_shared else 1 if most(costs, 1) * BUSY >= mine else None
        whole = with_words(costs, processes or 1)
        cores = mine * (whole.write_set * whole.write_sets + whole.statement) / BUSY
        if processes is not None and cores <= CORES:
            played = Simulation(costs, Plant(processes, database_cores=CORES)).steady(mine, _TURNS)
            if played.database_busy <= BUSY and played.committer_busy <= 1:
                return Plan(rate, databases, databases * processes, cores * databases, played)
    return None


def ceiling(costs: Costs) -> tuple[int, float]:
    """With how many processes one database takes the most turns, and how many, at the planned business."""
    best = max(range(1, BUCKETS + 1), key=lambda each: (most(costs, each), -each))
    return best, most(costs, best) * BUSY


def checked(found: Calibration) -> Iterator[Sequence[str]]:
    """The model beside what was measured; the first lines are those that its costs come from."""
    for point in (*found.used, *found.checks):
        played = replayed(found, point)
        yield (
            f"{point.talks} conversations, {point.servers} process{'' if point.servers == 1 else 'es'}",
            "for the costs" if point in found.used else "to check",
            number(point.load.turns_a_second),
            number(played.turns_a_second),
            f"{played.turns_a_second / point.load.turns_a_second - 1:+.0%}",
            number(point.load.p50_ms),
            number(1000 * played.p50),
            f"{1000 * played.p50 / point.load.p50_ms - 1:+.0%}",
            f"{point.others:.0%}",
        )


def replayed(found: Calibration, point: Point) -> Outcome:
    """The model's play of a load: servers, database and client share this machine's processors."""
    plant = Plant(point.servers, shared_cores=os.cpu_count() or 1, client=found.client)
    return Simulation(found.costs, plant).crowd(point.talks, 10.0)


def measured(found: Calibration) -> Iterator[Sequence[str]]:
    """The costs."""
    costs = found.costs
    yield "processor of a process, a turn", f"{number(costs.turn * 1e6)} µs"
    yield "commit of n write sets", f"{number(costs.commit_base * 1e6)} + {number(costs.commit_each * 1e6)} n µs"
    yield "write sets a turn", str(costs.write_sets)
    yield "other waiting in a turn", f"{number(costs.rest * 1e6)} µs"
    if costs.write_set or costs.statement:
        each = f"{number(costs.write_set * 1e6)} µs and {number(costs.statement * 1e6)} µs"
        yield "processor of the database, a write set and a commit", each
    if costs.word:
        each = f"{number(costs.elsewhere * 1e6)} µs, of the database {number(costs.elsewhere_database * 1e6)} µs"
        yield "more for a message that comes in at another process", each
        yield "processor for a word of another process", f"{number(costs.word * 1e6)} µs"
        yield "until a word is heard", f"{number(costs.word_wait * 1e6)} µs"
    yield "disk, a conversation without messages", f"{number(found.sizes.conversation)} bytes"
    yield "disk, a message", f"{number(found.sizes.message)} bytes"
    yield "memory of a process", f"{number(found.sizes.memory_mib)} MiB"


def sized(found: Calibration, *, is_shared: bool) -> Iterator[Sequence[str]]:
    """A line for each load."""
    for rate in RATES:
        made = plan(found.costs, rate, is_shared=is_shared)
        growth = 2 * found.sizes.message * rate * _DAY / 1e9
        if made is None:
            yield (f"{rate:,}", "—", "too much for one process", "", "", "", "", "", f"{number(growth)}")
            continue
        yield (
            f"{rate:,}",
            str(made.databases),
            f"{made.processes:,}",
            number(made.database_cores) if is_shared else "",
            number(made.processes * found.sizes.memory_mib / 1024),
            number(1000 * made.outcome.p50),
            number(1000 * made.outcome.p99),
            f"{made.outcome.first} ({getattr(made.outcome, made.outcome.first + '_busy'):.0%})",
            number(growth),
        )


def kept(found: Calibration) -> Iterator[Sequence[str]]:
    """A line for each number of waiting conversations."""
    for conversations in CONVERSATIONS:
        sizes = (found.sizes.conversation + found.sizes.message * messages for messages in (2, 10, 100))
        yield (f"{conversations:,}", *(number(conversations * size / 1e9) for size in sizes))


def shown(found: Calibration, *, is_shared: bool) -> str:
    """Everything."""
    processes, rate = ceiling(found.costs)
    alone = most(found.costs, 1) * BUSY
    planned = f"One process, {BUSY:.0%} busy: {number(alone)} turns/s."
    if is_shared:
        planned += f" One database: at most {number(rate)} turns/s, with {processes} processes."
    bounds = [(what, number(bound)) for bound, what in limits(found.costs, CORES)]
    if not is_shared:
        bounds = [(what, bound) for what, bound in bounds if "one process" in what]
    head = ("turns/s", "databases", "processes", "database processors", "memory GiB", "p50 ms", "p99 ms")
    return "\n\n".join(
        [
            table(("measured here", ""), measured(found)),
            table(
                ("model and measurement", "", "turns/s", "model", "error", "p50 ms", "model", "error", "others busy"),
                checked(found),
            ),
            planned,
            table(("what bounds one database, as if nothing else did", "turns/s"), bounds),
            table((*head, "nearest to its limit", "messages GB/day"), sized(found, is_shared=is_shared)),
            table(("waiting conversations", "GB with 2 messages each", "with 10", "with 100"), kept(found)),
        ]
    )


def main() -> None:
    """Measures, computes and prints."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scaling", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    postgres = Postgres() if given.database == "postgresql" else None
    try:
        found = calibrate(postgres)
    finally:
        if postgres:
            postgres.remove_all()
    if given.json:
        plans = [plan(found.costs, rate, is_shared=postgres is not None) for rate in RATES]
        print(json.dumps({**asdict(found), "plans": [each and asdict(each) for each in plans]}, indent=1))
    else:
        print(shown(found, is_shared=postgres is not None))


if __name__ == "__main__":
    main()
