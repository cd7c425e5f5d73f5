"""Whatever is done with tasks in whatever order, they stand as a few rules say, and each change is told once."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.comments import Comments
from tasktalk.runtime.tasks.model import Actor, NewTask
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.statuses import PRIORITIES, STATUSES, TERMINAL
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.database import Database
from tasktalk.storage.listing import TaskFilter
from tasktalk.storage.tables import event, task
from tests.databases import private_url
from tests.runtime.tasks.conftest import NOW

ANA = Actor("ana", "default", "test")
NAMES = ("ana", "bo")
TAGS = ("a", "b", "c")


@dataclass
class Known:
    """A task as the rules have it."""

    status: str = "pending"
    priority: str = "medium"
    progress: int = 0
    assignee: str | None = None
    tags: list[str] = field(default_factory=list)
    comments: int = 0

    def become(self, status: str) -> str | None:
        """Takes on a status; gives the code with which that is refused."""
        if status == self.status:
            return None
        if self.status in TERMINAL and status in TERMINAL:
            return "invalid_transition"
        self.status = status
        self.progress = 100 if status == "completed" else self.progress
        return None

    def apply(self, verb: str, value: Any) -> str | None:
        """Does what is asked; gives the code with which it is refused, and then nothing is changed."""
        match verb:
            case "status" | "complete" | "end":
                return self.become(value)
            case "progress" if self.status == "completed" and value != 100:
                return "invalid_progress"
            case "claim" if self.assignee not in (None, value):
                return "task_claimed"
            case "claim" if self.status in TERMINAL:
                return "invalid_transition"
            case "claim":
                self.assignee, self.status = value, "in_progress"
            case "comment":
                self.comments += 1
            case _:
                setattr(self, verb, value)
        return None


OPERATIONS = st.one_of(
    st.tuples(st.just("status"), st.sampled_from(STATUSES)),
    st.tuples(st.just("priority"), st.sampled_from(PRIORITIES)),
    st.tuples(st.just("progress"), st.integers(0, 100)),
    st.tuples(st.just("assignee"), st.sampled_from((None, *NAMES))),
    st.tuples(st.just("tags"), st.lists(st.sampled_from(TAGS), unique=True)),
    st.tuples(st.just("complete"), st.just("completed")),
    st.tuples(st.just("end"), st.sampled_from(("failed", "cancelled"))),
    st.tuples(st.just("claim"), st.sampled_from(NAMES)),
    st.tuples(st.just("comment"), st.just("words")),
    st.tuples(st.just("delete"), st.none()),
)


@settings(max_examples=40)
@given(steps=st.lists(st.tuples(st.integers(0, 2), OPERATIONS), max_size=25))
def test_tasks_obey_their_laws(steps: list[tuple[int, tuple[str, Any]]]) -> None:
    asyncio.run(_obey(steps))


async def _obey(steps: list[tuple[int, tuple[str, Any]]]) -> None:
    clock = VirtualClock(NOW)
    database = await Database.open(private_url())
    try:
        await Accounts(database, clock).ensure_organisation()
        known: dict[str, Known] = {}
        for place in range(3):
            unit = Tasks(UnitOfWork(database, clock.now()), ANA)
            made = await unit.create(NewTask(f"Task {place}"))
            await unit.work.commit()
            known[made.id] = Known()
        ids = list(known)
        for place, (verb, value) in steps:
            await _step(database, clock, known, ids[place], verb, value)
        await _counts_hold(database, known)
    finally:
        await database.close()


async def _step(
    database: Database, clock: VirtualClock, known: dict[str, Known], task_id: str, verb: str, value: Any
) -> None:
    before = await _told(database, task_id)
    expected: str | None = "task_not_found"
    is_changed = False
    if task_id in known and verb == "delete":
        expected, is_changed = None, True
        del known[task_id]
    elif task_id in known:
        old = str(known[task_id])
        expected = known[task_id].apply(verb, value)
        is_changed = str(known[task_id]) != old
    unit = Tasks(UnitOfWork(database, clock.now()), ANA)
    code = None
    try:
        await _do(unit, task_id, verb, value)
        await unit.work.commit()
    except Refused as refused:
        code = refused.code
    assert code == expected
    assert await _told(database, task_id) == before + is_changed
    if task_id in known:
        now, should = await Tasks(UnitOfWork(database, clock.now()), ANA).get(task_id), known[task_id]
        assert (now.status, now.priority, now.progress) == (should.status, should.priority, should.progress)
        assert (now.assignee, now.tags, now.comments_count) == (should.assignee, should.tags, should.comments)
        assert (now.completed_at is not None, now.completed_by is not None) == ((now.status == "completed"),) * 2


async def _do(unit: Tasks, task_id: str, verb: str, value: Any) -> None:
    match verb:
        case "complete":
            await unit.complete(task_id)
        case "end":
            await unit.end(task_id, value)
        case "claim":
            await unit.claim(task_id, value)
        case "comment":
            await Comments(unit).add(task_id, value)
        case "delete":
            await unit.delete(task_id)
        case _:
            await unit.update(task_id, {verb: value})


async def _told(database: Database, task_id: str) -> int:
    query = select(func.count()).select_from(event).where(event.c.subject == "task", event.c.subject_id == task_id)
    async with database.read() as reader:
        found: int = await reader.value(query)
    return found


async def _counts_hold(database: Database, known: dict[str, Known]) -> None:
    unit = Tasks(UnitOfWork(database, NOW), ANA)
    for status in STATUSES:
        _, total = await unit.page(TaskFilter(statuses=[status]))
        assert total == sum(each.status == status for each in known.values())
    for tag in TAGS:
        _, total = await unit.page(TaskFilter(tags=[tag]))
        assert total == sum(tag in each.tags for each in known.values())
    async with database.read() as reader:
        assert await reader.value(select(func.count()).select_from(task)) == len(known)
