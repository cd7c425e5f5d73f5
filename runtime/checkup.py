"""Whether a database is sound, and whether all that waits in it can go on; nothing is changed, and a server may run."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from tasktalk.interpreter.errors import NotRunnable, Refused
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.state import StateError
from tasktalk.runtime.leases import BUCKETS
from tasktalk.runtime.stored_states import StoredStates
from tasktalk.runtime.timetable import Timetable
from tasktalk.storage import inspection, leases, queues
from tasktalk.storage.database import Reader
from tasktalk.storage.errors import RESTORE, Damaged, DatabaseError
from tasktalk.storage.inspection import Inspection
from tasktalk.storage.queues import Queue
from tasktalk.storage.schema import NEWEST
from tasktalk.storage.writes import Row

Pages: TypeAlias = Callable[[Reader, str, int], Awaitable[Sequence[Row]]]

PAGE = 200
SILENT = timedelta(minutes=1)
"""A process that has said nothing for so long is gone."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was looked at, what was seen, and what is wrong with it: each a sentence for whoever runs it."""

    at: str
    seen: str
    wrong: Sequence[str] = ()
    way_out: str = ""


@dataclass(frozen=True, slots=True)
class Checkup:
    """All that was found. `queues` has what waits to be done by its kind: empty where that could not be read."""

    looks: Sequence[Look]
    queues: Mapping[str, Queue] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not any(look.wrong for look in self.looks)


async def checkup(inspected: Inspection, keywords: Keywords, now: datetime, *, is_quick: bool = False) -> Checkup:
    """Looks at all of it; with `is_quick`, the database is read only once for damages.

    Raises DatabaseError where it cannot be read, which says nothing about what is in it.
    """
    looks: list[Look] = []
    try:
        damages = await inspected.damages(is_quick=is_quick)
        looks.append(Look("storage", "read without a mistake", damages, RESTORE))
        looks.append(await _tables(inspected))
        if looks[-1].wrong:
            return Checkup(looks)
        looks.append(await _talks(inspected, keywords))
        looks.append(await _times(inspected))
        looks.append(await _messages(inspected))
        looks.append(await _processes(inspected, now))
        return Checkup(looks, await _queues(inspected, now))
    except DatabaseError as problem:
        if not isinstance(problem, Damaged) and not any(look.wrong for look in looks):
            raise
        return Checkup([*looks, Look("reading", "", [str(problem)], RESTORE)])


async def _tables(inspected: Inspection) -> Look:
    if missing := await inspected.missing_tables():
        names = f"{len(missing)} tables are missing: {', '.join(missing)}"
        return Look("tables", "", [names], "is it another program's database? Give TaskTalk's with --db")
    revision = await inspected.revision()
    if revision == NEWEST:
        return Look("tables", f"of revision {revision}, as this version of tasktalk has them")
    if inspection.is_known(revision):
        problem = f"they are of revision {revision}, made by an older version of tasktalk; this one has {NEWEST}"
        way_out = "make a copy (tasktalk db backup), then start tasktalk serve: it brings them up to date"
    else:
        problem = f"they are of revision {revision}, made by a newer version of tasktalk; this one knows {NEWEST}"
        way_out = "use that version"
    return Look("tables", "", [problem], way_out)


async def _talks(inspected: Inspection, keywords: Keywords) -> Look:
    states, count = StoredStates(inspected.read, keywords), 0
    wrong: list[str] = []
    async for row in _each(inspected, inspection.waiting):
        count += 1
        if problem := await _problem(row, states, keywords):
            wrong.append(f"{row['id']} ({row['bot']}, {row['script']}): {problem}")
    return Look(
        "talks",
        f"{count:,} wait, and all of them can go on",
        wrong,
        "if that came with a new version of tasktalk, go back to the one before, else to a copy of the database; "
        "as it is, such a talk ends with an apology when something comes for it",
    )


async def _each(inspected: Inspection, page: Pages) -> AsyncIterator[Row]:
    """The rows of all pages."""
    last = ""
    while True:
        async with inspected.read() as reader:
            rows = await page(reader, last, PAGE)
        for row in rows:
            yield row
        if len(rows) < PAGE:
            return
        last = rows[-1]["id"]


async def _problem(row: Row, states: StoredStates, keywords: Keywords) -> str | None:
    """Why a waiting session cannot go on."""
    try:
        await states.load(row["state"] or b"")
    except StateError as problem:
        return str(problem)
    except NotRunnable as problem:
        return f"the script {problem.name} of that time has mistakes for this version of tasktalk"
    if keywords.get(row["wait_keyword"]) is None:
        return f"it waits in {row['wait_keyword']}, which this version of tasktalk does not have"
    if row["waits_for"] == "time" and not row["has_timer"]:
        return "it waits for a time, and nothing tells when"
    if row["waits_for"] == "task" and not row["has_awaited"]:
        return "it waits for a task, and nothing tells for which"
    return None


async def _times(inspected: Inspection) -> Look:
    counts, wrong = {"waits": 0, "schedules": 0}, list[str]()
    async for row in _each(inspected, inspection.timers):
        counts["waits"] += 1
        if damaged := inspection.damaged(row):
            wrong.append(f"the wait {row['id']} of the conversation {row['conversation_id']}: {_unreadable(damaged)}")
    async for row in _each(inspected, inspection.schedules):
        counts["schedules"] += 1
        if problem := _problem_of(row):
            wrong.append(f"the schedule {row['id']} ({row['bot']}, {row['script']}): {problem}")
    seen = f"of {counts['waits']:,} waits and {counts['schedules']:,} schedules, all can be read"
    return Look("times", seen, wrong, RESTORE)


def _problem_of(schedule: Row) -> str | None:
    """Why nothing comes of a schedule."""
    if damaged := inspection.damaged(schedule):
        return _unreadable(damaged)
    if strange := [name for name in ("spec", "timezone") if not isinstance(schedule[name], str)]:
        return _unreadable(strange)
    try:
        Timetable.of(schedule).after(schedule["next_run_at"] or schedule["created_at"])
    except Refused as refused:
        return refused.message
    return None


def _unreadable(columns: Sequence[str]) -> str:
    return f"what stands in {' and '.join(columns)} cannot be read"


async def _messages(inspected: Inspection) -> Look:
    async with inspected.read() as reader:
        count, doubles = await inspection.count(reader, "message"), await inspection.doubles(reader)
    wrong = [
        f"{row['count']} messages of the conversation {row['conversation_id']} have the number {row['sequence']}"
        for row in doubles
    ]
    return Look("messages", f"{count:,}, no number twice in a conversation", wrong, RESTORE)


async def _processes(inspected: Inspection, now: datetime) -> Look:
    async with inspected.read() as reader:
        processes, held = await leases.processes(reader), await leases.leases(reader)
    alive = {row["id"] for row in processes if now - row["seen_at"] < SILENT}
    taken = sum(row["process_id"] in alive for row in held)
    wrong = []
    if alive and taken < BUCKETS:
        left = BUCKETS - taken
        wrong.append(f"nobody takes the turns of {left} in {BUCKETS} parts of the conversations, though servers run")
    running = f"{len(alive)} share the database" if alive else "none shares the database"
    way_out = "when a server was just started or stopped, look again in half a minute; else start the servers anew"
    return Look("processes", running, wrong, way_out)


async def _queues(inspected: Inspection, now: datetime) -> dict[str, Queue]:
    async with inspected.read() as reader:
        due = await queues.due(reader, now)
        return {
            "inbox": await queues.inbox(reader),
            "outbox": await queues.undelivered(reader),
            **{f"{kind}s": queue for kind, queue in due.items()},
            "events": Queue(await queues.events(reader), None),
        }
