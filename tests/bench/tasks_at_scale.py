"""Lists, changes and creates where there are a million tasks: `python -m tests.bench.tasks_at_scale`.

One organisation's tasks are made in bulk, in a SQLite file. Then each kind of list is read at its first page, at its
hundredth (of 20 rows; as far as there are so many) and in the middle, through the domain, without HTTP, in processor
time. The creates of 256 at once are compared with those of a session for each request of SQLAlchemy's ORM, which writes
the same: task, tags and event, in a transaction that is on disk before it is answered. `--tasks` makes fewer, `--keep`
uses a file again.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

from sqlalchemy import JSON, Index
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tasktalk.bots.cli._hosting import settle_memory
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION, Accounts
from tasktalk.runtime.clock import RealClock
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.tasks.model import Actor, NewTask
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import counts, tags
from tasktalk.storage.database import Database
from tasktalk.storage.listing import Order, Sort, TaskFilter
from tasktalk.storage.writes import WriteSet
from tests.bench.figures import number, percentile, table, verdict
from tests.bench.orm import engine_of
from tests.bench.yardstick import slowness, told

BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
STATUSES = {"pending": 25, "in_progress": 12, "waiting": 4, "needs_help": 2, "needs_review": 2, "completed": 48,
            "failed": 3, "cancelled": 4}  # fmt: skip
PRIORITIES = {"low": 20, "medium": 55, "high": 20, "urgent": 5}
TAGS = {f"tag{number}": 1 / (number + 1) for number in range(40)}
PEOPLE = 1000
BULK = 2000
ROUNDS = 25
AT_ONCE = 256
PAGES = ("first page", "hundredth", "in the middle")
PAGE_MILLISECONDS = 20
"""Wanted of any page."""

IN_PROGRESS = ["in_progress", "waiting", "needs_help", "needs_review"]
MONTH = {"due_after": datetime(2024, 6, 1, tzinfo=UTC), "due_before": datetime(2024, 7, 1, tzinfo=UTC)}
HALF_YEAR = {"due_after": datetime(2024, 3, 1, tzinfo=UTC), "due_before": datetime(2024, 9, 1, tzinfo=UTC)}
FILTERS: Mapping[str, dict[str, Any]] = {
    "all": {},
    "status completed": {"statuses": ["completed"]},
    "status in_progress (four inside)": {"statuses": IN_PROGRESS},
    "priority critical": {"priorities": ["urgent"]},
    "assignee of 1,000": {"assignee": "user7"},
    "due within a month": MONTH,
    "due within half a year": HALF_YEAR,
    "a tag of every third": {"tags": ["tag0"]},
    "a tag of every hundredth": {"tags": ["tag20"]},
    "two tags": {"tags": ["tag0", "tag3"]},
    "two rarer tags": {"tags": ["tag2", "tag7"]},
    "open, critical": {"statuses": ["pending", *IN_PROGRESS], "priorities": ["urgent"]},
    "assignee, open": {"statuses": ["pending", *IN_PROGRESS], "assignee": "user7"},
    "open, overdue": {"statuses": ["pending", *IN_PROGRESS], "due_before": datetime(2024, 12, 12, tzinfo=UTC)},
    "open, overdue for long": {"statuses": ["pending", *IN_PROGRESS], "due_before": datetime(2024, 11, 1, tzinfo=UTC)},
    "failed, due within half a year": {"statuses": ["failed"], **HALF_YEAR},
    "failed, critical, due within half a year": {"statuses": ["failed"], "priorities": ["urgent"], **HALF_YEAR},
    "two tags, due within half a year": {"tags": ["tag0", "tag3"], **HALF_YEAR},
    "three tags": {"tags": ["tag0", "tag1", "tag2"]},
    "open, tag, due within a month": {"statuses": ["pending", *IN_PROGRESS], "tags": ["tag1"], **MONTH},
}


async def fill(database: Database, many: int) -> None:
    """Makes the tasks."""
    dice = random.Random(1)
    for first in range(0, many, BULK):
        writes = WriteSet()
        for place in range(first, min(first + BULK, many)):
            row = _task(dice, BEGAN + timedelta(seconds=30 * place), place)
            writes.insert("task", row)
            counts.follow(writes, None, row)
            tags.follow(writes, None, row)
        await database.commit(writes)


def _task(dice: random.Random, at: datetime, place: int) -> dict[str, Any]:
    status, priority = (dice.choices(list(of), list(of.values()))[0] for of in (STATUSES, PRIORITIES))
    return {
        "id": new_id("", at),
        "organisation_id": DEFAULT_ORGANISATION,
        "title": f"Call customer {place} back",
        "description": "Investigate and respond to what the customer wrote to us",
        "status": status,
        "priority": priority,
        "assignee": f"user{dice.randrange(PEOPLE)}" if dice.random() < 0.9 else None,
        "due_at": at + timedelta(hours=dice.randrange(1, 2000)) if dice.random() < 0.7 else None,
        "progress": 0,
        "time_spent_minutes": 0.0,
        "tags": list(dict.fromkeys(dice.choices(list(TAGS), list(TAGS.values()), k=dice.randrange(4)))),
        "context": {},
        "resolution": None,
        "outcomes": None,
        "bot": None,
        "created_by": "ana",
        "completed_by": None,
        "created_at": at,
        "updated_at": at + timedelta(hours=dice.randrange(500)),
        "started_at": None,
        "completed_at": None,
        "version": 1,
        "is_scheduled": False,
    }


def tasks(database: Database) -> Tasks:
    return Tasks(UnitOfWork(database, datetime.now(UTC)), Actor("ana", DEFAULT_ORGANISATION, "bench"))


async def timed(work: Callable[[], Awaitable[object]], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds of processor time, of all threads."""
    found = []
    for _ in range(rounds):
        began = time.process_time()
        await work()
        found.append((time.process_time() - began) * 1000)
    return found


async def lists(database: Database) -> str:
    """The tables of what each list takes, over all orders, here and by the ratio that the machine has about then."""
    rows, worst, ratios = [], dict.fromkeys(PAGES, (0.0, "")), []
    for name, conditions in FILTERS.items():
        matching = TaskFilter(**conditions)
        _, total = await tasks(database).page(matching)
        last = max(1, total // 20)
        row = [name, f"{total:,}"]
        for page, place in zip(PAGES, (1, min(100, last), max(1, last // 2)), strict=True):
            times: list[float] = []
            before = slowness()
            for sort in get_args(Sort):
                for order in get_args(Order):
                    times += await timed(partial(tasks(database).page, matching, sort, order, place))
            ratios.append((before + slowness()) / 2)
            there = percentile(times, 0.99) / ratios[-1]
            row += [number(statistics.median(times)), number(percentile(times, 0.99)), number(there)]
            worst[page] = max(worst[page], (there, name))
        rows.append(row)
    head = ["list", "matches", *(f"{page} {what}" for page in PAGES for what in ("p50 ms", "p99", "p99 there"))]
    targets = [
        [
            f"{page}, p99 of the slowest list there, ms ({worst[page][1]})",
            number(worst[page][0]),
            verdict(worst[page][0], PAGE_MILLISECONDS, at_most=True),
        ]
        for page in PAGES
    ]
    return "\n\n".join(
        [told(statistics.median(ratios)), table(head, rows), table(["target", "measured", "wanted"], targets)]
    )


async def changes(database: Database) -> str:
    """The table of a create and of an update, one after the other."""

    async def create() -> str:
        unit = tasks(database)
        made = await unit.create(NewTask("Call Ana", tags=["tag0", "tag3"], assignee="user7"))
        await unit.work.commit()
        return made.id

    task_id = await create()
    progress = iter(range(1, 100))

    async def update() -> None:
        unit = tasks(database)
        await unit.update(task_id, {"progress": next(progress)})
        await unit.work.commit()

    rows = []
    for name, change in (("create", create), ("update", update)):
        times = await timed(change)
        rows.append([name, number(statistics.median(times)), number(percentile(times, 0.99))])
    return table(["change", "p50 ms", "p99"], rows)


class Base(DeclarativeBase):
    """The rival's tables."""

    id: Mapped[str] = mapped_column(primary_key=True, default=lambda: uuid4().hex)


class OrmTask(Base):
    __tablename__ = "orm_task"
    __table_args__ = (Index("ix_orm_task", "organisation_id", "created_at"),)
    organisation_id: Mapped[str]
    title: Mapped[str]
    status: Mapped[str]
    priority: Mapped[str]
    assignee: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime]


class OrmTag(Base):
    __tablename__ = "orm_tag"
    tag: Mapped[str] = mapped_column(index=True)
    task_id: Mapped[str]


class OrmEvent(Base):
    __tablename__ = "orm_event"
    subject_id: Mapped[str]
    kind: Mapped[str]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)


async def orm_creates(path: Path, number: int) -> float:
    """How many a second the rival creates."""
    engine = engine_of(str(path))
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    places = asyncio.Semaphore(1)  # SQLite has one writer: waiting here is quicker than in its busy handler

    async def create() -> None:
        async with places, sessions() as session, session.begin():
            task = OrmTask(
                id=uuid4().hex,
                organisation_id=DEFAULT_ORGANISATION,
                title="Call Ana",
                status="pending",
                priority="medium",
                assignee="user7",
                tags=["tag0", "tag3"],
                created_at=datetime.now(UTC).replace(tzinfo=None),
            )
            session.add(task)
            session.add_all([OrmTag(tag=tag, task_id=task.id) for tag in task.tags])
            session.add(OrmEvent(subject_id=task.id, kind="task_created", changes={"title": [None, task.title]}))

    found = await rate(create, number)
    await engine.dispose()
    return found


async def creates(database: Database, number: int) -> float:
    """How many a second are created here."""

    async def create() -> None:
        unit = tasks(database)
        await unit.create(NewTask("Call Ana", tags=["tag0", "tag3"], assignee="user7"))
        await unit.work.commit()

    return await rate(create, number)


async def rate(create: Callable[[], Awaitable[object]], number: int) -> float:
    left = iter(range(number))

    async def person() -> None:
        for _ in left:
            await create()

    began = time.perf_counter()
    await asyncio.gather(*(person() for _ in range(AT_ONCE)))
    return number / (time.perf_counter() - began)


async def measure(path: Path, number: int) -> None:
    """Prints everything."""
    database = await Database.open(str(path))
    await Accounts(database, RealClock()).ensure_organisation()
    if not (await tasks(database).page(TaskFilter()))[1]:
        await fill(database, number)
    settle_memory()  # as a server does
    print(await lists(database), "\n")
    print(await changes(database))
    await orm_creates(path.with_suffix(".orm"), 200)
    ours, theirs = await creates(database, 8000), await orm_creates(path.with_suffix(".orm"), 800)
    print(f"\ncreates a second: {ours:,.0f}, SQLAlchemy's ORM {theirs:,.0f}: {ours / theirs:.1f} times as many")
    await database.close()


def main() -> None:
    """Reads the options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(measure(options.keep or Path(place, "tasks.db"), options.tasks))


if __name__ == "__main__":
    main()
