"""Tasks from one place to another: all of an organisation out, and those of a file in."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.tasks.model import Actor, NewTask, Task, Terms
from tasktalk.runtime.tasks.papers import Entry, given
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import tasks
from tasktalk.storage.database import Database

PAGE = 100
"""How many tasks are in memory at a time on their way out; each may have some mebibytes."""
MOST = 50_000
"""How many tasks come in at once: they are one write set, as long as nothing is wrong with any."""
_AT_A_TIME = 50


@dataclass(frozen=True, slots=True)
class Wrong:
    """An entry that makes no task, and why."""

    entry: Entry
    refused: Refused


async def out(database: Database, organisation_id: str) -> AsyncGenerator[Sequence[Task]]:
    """All tasks of the organisation as they are committed when their page is read, eldest first, page by page."""
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
    unit = Tasks(UnitOfWork(database, clock.now()), actor)
    count, wrong = await gathered(unit, entries, MOST)
    if wrong and not keeps_good:
        return 0, wrong
    await unit.work.commit()
    return count, wrong


async def gathered(unit: Tasks, entries: Iterable[Entry], most: int) -> tuple[int, list[Wrong]]:
    """Makes a task of each entry in the unit of work, which nobody has committed yet; else as `bring_in`.

    Raises Refused `invalid_file` for more than `most`.
    """
    count = 0
    wrong: list[Wrong] = []
    left = iter(entries)
    # In a thread, because there may be any number of lines before the next entry; and others want the event loop, too.
    while some := await asyncio.to_thread(lambda: list(islice(left, _AT_A_TIME))):
        if count + len(wrong) + len(some) > most:
            raise Refused("invalid_file", f"A file can have {most:,} tasks: divide it")
        for entry in some:
            try:
                await unit.create(NewTask(**{"title": None, **given(entry)}), terms=Terms(may_be_late=True))
                count += 1
            except Refused as refused:
                wrong.append(Wrong(entry, refused.with_traceback(None)))  # which holds all that was there
    return count, wrong
