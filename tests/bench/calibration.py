"""What turns cost on this machine, found out by a few short loads on real servers: the costs of `model.py`."""

import asyncio
import os
import re
import sqlite3
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time, sleep
from typing import Any, LiteralString
from urllib.request import urlopen

import psycopg

from tasktalk.runtime.ids import new_id
from tasktalk.runtime.inbox import conversation_row
from tasktalk.runtime.leases import BEAT_SECONDS, bucket_of
from tasktalk.storage.committer import BATCH
from tasktalk.storage.database import Database
from tasktalk.storage.writes import WriteSet
from tests.bench.copies import sizes
from tests.bench.model import Costs
from tests.bench.postgres import Postgres
from tests.bench.serving import Serving, tasktalk
from tests.bench.talk_bot import NAME, write_bot
from tests.bench.talking import Load, Orders, talk

FEW, SOME, MANY = 1, 16, 256
SECONDS = 4.0
SHARED_SECONDS = 2 * BEAT_SECONDS
"""After so long, two servers have shared the conversations out."""
_WORDS, _AT_ONCE = 20_000, 50
_COMMITS = 30
_KEPT = ("contact", "conversation", "session", "message", "timer")
_COUNTS: LiteralString = "SELECT (SELECT count(*) FROM conversation), (SELECT count(*) FROM message)"


@dataclass(frozen=True, slots=True)
class Point:
    """One load. What is `a_turn` is in seconds of a processor; `batch` is the write sets of a commit."""

    talks: int
    servers: int
    load: Load
    cpu_a_turn: float
    database_a_turn: float
    commits_a_turn: float
    write_sets_a_turn: float
    commit_seconds: float
    others: float  # the share of this machine's processors that was taken by what has nothing to do with it

    @property
    def batch(self) -> float:
        return self.write_sets_a_turn / self.commits_a_turn


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes on disk, and MiB in memory."""

    conversation: float
    message: float
    memory_mib: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything that was measured. `checks` were not used for the costs."""

    costs: Costs
    client: float
    sizes: Sizes
    used: list[Point]
    checks: list[Point]


def line(x1: float, y1: float, x2: float, y2: float) -> tuple[float, float]:
    """Base and slope of the line through two points, neither of them below zero, as no cost is."""
    slope = (y2 - y1) / (x2 - x1) if abs(x2 - x1) > 0.05 * max(abs(x1), abs(x2)) else 0.0
    base = y1 - slope * x1
    if slope <= 0:
        return (y1 + y2) / 2, 0.0
    if base < 0:
        return 0.0, (y1 / x1 + y2 / x2) / 2
    return base, slope


def costs_of(few: Point, many: Point, commits: tuple[float, float]) -> Costs:
    """The costs that make both loads what they were. A process computes least for a turn when it has most to do, and
    then is when it counts."""
    write_sets = max(1, round(few.write_sets_a_turn))
    base, each = commits
    of_database, statement = line(few.commits_a_turn, few.database_a_turn, many.commits_a_turn, many.database_a_turn)
    return Costs(
        turn=many.cpu_a_turn,
        commit_base=base,
        commit_each=each,
        write_sets=write_sets,
        rest=max(0.0, few.load.p50_ms / 1000 - many.cpu_a_turn - write_sets * (base + each)),
        write_set=of_database / write_sets,
        statement=statement,
    )


def shared(costs: Costs, many: Point, pair: Point, word: tuple[float, float]) -> Costs:
    """The costs with what two processes have more of than one, of whose messages every second comes in elsewhere."""
    return replace(
        costs,
        elsewhere=max(0.0, 2 * (pair.cpu_a_turn - many.cpu_a_turn - word[0])),
        elsewhere_database=max(0.0, 2 * (pair.database_a_turn - many.database_a_turn)),
        word=word[0],
        word_wait=word[1],
    )


def calibrate(postgres: Postgres | None) -> Calibration:
    """Measures, with one server and, on PostgreSQL, with two."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        place = Path(folder)
        bots, log, file = write_bot(place), place / "log", place / "one.db"
        db = postgres.database() if postgres else str(file)
        with tasktalk(db, bots, log) as server:
            few, some, many = (point([server], postgres, talks) for talks in (FEW, SOME, MANY))
            memory = server.memory_mib
            server.stop()
        found = Sizes(*(postgres_sizes(db) if postgres else sqlite_sizes(file)), memory)
        commits = asyncio.run(committing(postgres.database() if postgres else str(place / "commits.db")))
        costs, used, checks = costs_of(few, many, commits), [few, many], [some]
        if postgres:
            url = postgres.database()
            servers = [stack.enter_context(tasktalk(url, bots, log)) for _ in range(2)]
            sleep(SHARED_SECONDS)
            pair = point(servers, postgres, MANY)
            used.append(pair)
            checks.append(point(servers, postgres, SOME))
            costs = shared(costs, many, pair, asyncio.run(words(postgres.database())))
        return Calibration(costs, many.load.client_busy / many.load.turns_a_second, found, used, checks)


def point(servers: list[Serving], postgres: Postgres | None, talks: int) -> Point:
    """One load on all of the servers."""
    print(f"{talks} conversations, {len(servers)} server(s) …", file=sys.stderr)
    before, cpu = counted(servers), sum(server.cpu_seconds for server in servers)
    began, machine = perf_counter(), machine_seconds()
    of_database = (postgres and postgres.cpu_seconds) or 0.0
    load = talk(Orders([server.address for server in servers], NAME, f"load{talks}", talks, SECONDS, True))
    cpu = sum(server.cpu_seconds for server in servers) - cpu
    of_database = ((postgres and postgres.cpu_seconds) or 0.0) - of_database
    elapsed, machine = perf_counter() - began, machine_seconds() - machine
    others = machine - cpu - of_database - load.client_busy * elapsed
    after = counted(servers)
    new = {name: after[name] - before[name] for name in after}
    commits = new["tasktalk_commit_seconds_count"]
    return Point(
        talks,
        len(servers),
        load,
        cpu / load.answers,
        of_database / load.answers,
        commits / load.answers,
        new["tasktalk_commit_write_sets_sum"] / load.answers,
        new["tasktalk_commit_seconds_sum"] / commits,
        max(0.0, others / elapsed / (os.cpu_count() or 1)),
    )


def machine_seconds() -> float:
    """What all processors of this machine together have worked, up to now."""
    user, nice, system = map(int, Path("/proc/stat").read_text("utf-8").split()[1:4])
    return (user + nice + system) / os.sysconf("SC_CLK_TCK")


def counted(servers: list[Serving]) -> Mapping[str, float]:
    """What the servers' /metrics tell of commits, together."""
    found: dict[str, float] = {}
    for server in servers:
        with urlopen(f"{server.url}/metrics") as answer:
            text = answer.read().decode()
        for name, value in re.findall(r"^(tasktalk_commit_\w+_(?:sum|count)) (\S+)$", text, re.MULTILINE):
            found[name] = found.get(name, 0.0) + float(value)
    return found


async def committing(url: str) -> tuple[float, float]:
    """The seconds of a commit, and of each write set in it, of those that turns have: while nothing else is done."""
    database = await Database.open(url)
    now, spent = datetime.now(UTC), dict[int, list[float]]()
    try:
        program = WriteSet()
        program.insert("program", {"id": "0", "bot": NAME, "name": "start", "source": "", "created_at": now})
        await database.commit(program)
        talks = [new_id("cnv", now) for _ in range(BATCH)]
        await asyncio.gather(*(database.commit(_begin(talk, now)) for talk in talks))
        for turn in range(1, _COMMITS):
            for size in (1, BATCH):
                some = talks[:1] if size == 1 else talks[1:]
                began = perf_counter()
                await asyncio.gather(*(database.commit(_come_in(talk, turn, now)) for talk in some))
                await asyncio.gather(*(database.commit(_take_turn(talk, turn, now)) for talk in some))
                spent.setdefault(len(some), []).append((perf_counter() - began) / 2)
    finally:
        await database.close()
    (few, first), (many, second) = ((size, sorted(each)[len(each) // 2]) for size, each in spent.items())
    return line(few, first, many, second)


def _begin(talk: str, now: datetime) -> WriteSet:
    writes = WriteSet()
    writes.insert("contact", {"id": talk, "channel": "webhook", "address": talk, "name": None, "created_at": now})
    writes.insert("conversation", conversation_row(talk, NAME, talk, "webhook", now))
    session = {"id": talk, "conversation_id": talk, "program_id": "0", "status": "waiting", "waits_for": "message"}
    writes.insert("session", {**session, "version": 0, "started_at": now, "updated_at": now})
    return writes


def _come_in(talk: str, turn: int, now: datetime) -> WriteSet:
    writes = WriteSet()
    row = {"id": f"{talk}{turn}", "conversation_id": talk, "sequence": 2 * turn, "direction": "in"}
    writes.insert(
        "message", {**row, "text": f"word {turn}", "provider_id": str(turn), "status": "pending", "created_at": now}
    )
    return writes


def _take_turn(talk: str, turn: int, now: datetime) -> WriteSet:
    writes, heard = WriteSet(), f"{talk}{turn}"
    taken = {"status": "heard"}
    writes.update("message", {"id": heard, "status": "pending"}, taken)
    writes.delete("timer", {"id": talk})
    state = {"status": "waiting", "state": b"x" * 100, "updated_at": now, "version": turn}
    writes.update("session", {"id": talk, "version": turn - 1}, state)
    row: dict[str, Any] = {"id": f"{talk}o{turn}", "conversation_id": talk}
    row |= {"sequence": 2 * turn + 1, "direction": "out", "text": f"You said word {turn}", "status": "delivered"}
    writes.insert("message", {**row, "answers": 2 * turn, "created_at": now})
    return writes


def sqlite_sizes(db: Path) -> tuple[float, float]:
    """Bytes of a conversation without its messages, and of a message, each with its indexes."""
    found = sizes(db)
    connection = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
    [counts] = connection.execute(_COUNTS)
    connection.close()
    return _each(found, counts)


def postgres_sizes(url: str) -> tuple[float, float]:
    """The same; what is dead in the tables is removed before."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = {}
        for name in _KEPT:
            connection.execute(f"VACUUM FULL {name}".encode())
            row = connection.execute("SELECT pg_total_relation_size(%s::text::regclass)", [name]).fetchone()
            found[name] = int(row[0]) if row else 0
        [counts] = connection.execute(_COUNTS).fetchall()
    return _each(found, counts)


def _each(parts: Mapping[str, int], counts: Sequence[int]) -> tuple[float, float]:
    talks, messages = counts
    of_messages = sum(size for name, size in parts.items() if "message" in name)
    of_all = sum(size for name, size in parts.items() if any(kept in name for kept in _KEPT))
    return (of_all - of_messages) / talks, of_messages / messages


async def words(url: str) -> tuple[float, float]:
    """The processor's seconds of a word told and heard, many at once, and the seconds until one alone is heard."""
    heard = asyncio.Event()
    left = 0

    def hear(word: str) -> None:
        nonlocal left
        bucket_of(word)
        left -= 1
        if left <= 0:
            heard.set()

    telling, hearing = await Database.open(url), await Database.open(url)
    try:
        await hearing.listen(hear)
        await telling.listen(lambda _: None)
        names = [f"cnv_{number:026}" for number in range(_AT_ONCE)]
        left, computed = _WORDS, process_time()
        for _ in range(_WORDS // _AT_ONCE):
            await telling.tell(names)
        await heard.wait()
        each = (process_time() - computed) / _WORDS
        waits = []
        for _ in range(50):
            left, began = 1, perf_counter()
            heard.clear()
            await telling.tell(names[:1])
            await heard.wait()
            waits.append(perf_counter() - began)
    finally:
        await telling.close()
        await hearing.close()
    return each, sorted(waits)[len(waits) // 2]
