"""Tasks from one place to another: all of an organisation out, and those of a file in."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.tasks.model import Actor, NewTask, Task
from tasktalk.runtime.tasks.papers import Entry, given
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import tasks
from tasktalk.storage.database import Database

PAGE = 1000
MOST = 50_000
"""How many tasks come in at once: they are one write set, as long as nothing is wrong with any."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """An entry that makes no task, and why."""

    entry: Entry
    refused: Refused


async def out(database: Database, organisation_id: str) -> AsyncIterator[Sequence[Task]]:
    """All tasks of the organisation as they are committed, eldest first, page by page."""
    last = ""
    while True:
        async with database.read() as reader:
            rows = await tasks.after(reader, organisation_id, last, PAGE)
        if rows:
            yield [Task.of(row) for row in rows]
            last = rows[-1]["id"]
        if len(rows) < PAGE:
            return


async def bring_in(
    database: Database, clock: Clock, actor: Actor, entries: Iterable[Entry], *, keeps_good: bool = False
) -> tuple[int, list[Wrong]]:
    """Makes a task of each entry, in one commit; how many, and what is wrong with the others.

    If anything is wrong no task is made, unless it `keeps_good` ones. A due date may have passed. Raises Refused
    `invalid_file` for too many entries, and what `entries` raises.
    """
    unit, count = Tasks(UnitOfWork(database, clock.now()), actor), 0
    wrong: list[Wrong] = []
    for entry in entries:
        if count + len(wrong) >= MOST:
            raise Refused("invalid_file", f"A file can have {MOST:,} tasks: divide it")
        try:
            await unit.create(NewTask(**{"title": None, **given(entry)}), may_be_late=True)
            count += 1
        except Refused as refused:
            wrong.append(Wrong(entry, refused))
    if wrong and not keeps_good:
        return 0, wrong
    await unit.work.commit()
    return count, wrong
