"""The unit of work."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.model import Actor, NewTask
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.database import Database
from tasktalk.storage.tables import event
from tasktalk.storage.writes import Conflict

NOW = datetime(2024, 1, 15, 10, tzinfo=UTC)
ACTOR = Actor("ana", "default", "test")


@pytest.fixture
async def database(database: Database) -> Database:
    """With the default organisation."""
    await Accounts(database, VirtualClock(NOW)).ensure_organisation()
    return database


async def test_nothing_is_stored_before_the_commit(database: Database) -> None:
    work = UnitOfWork(database, NOW)
    task = await Tasks(work, ACTOR).create(NewTask("t"))
    assert await UnitOfWork(database, NOW).task(task.id) is None
    await work.commit()
    assert await UnitOfWork(database, NOW).task(task.id) is not None


async def test_of_a_conflict_nothing_is_stored(database: Database) -> None:
    work = UnitOfWork(database, NOW)
    task = await Tasks(work, ACTOR).create(NewTask("t"))
    await work.commit()
    first, second = UnitOfWork(database, NOW), UnitOfWork(database, NOW)
    await Tasks(second, ACTOR).update(task.id, {"title": "second"})
    other = await Tasks(second, ACTOR).create(NewTask("other"))
    await Tasks(first, ACTOR).update(task.id, {"title": "first"})
    await first.commit()
    with pytest.raises(Conflict):
        await second.commit()
    assert await UnitOfWork(database, NOW).task(other.id) is None
    stored = await UnitOfWork(database, NOW).task(task.id)
    assert stored is not None
    assert stored["title"] == "first"


async def test_events_of_one_moment_keep_their_order(database: Database) -> None:
    work = UnitOfWork(database, NOW)
    for number in range(50):
        work.record(
            f"kind_{number}", "task", "1", organisation_id=None, actor="a", source="s", changes={"n": (None, number)}
        )
    await work.commit()
    async with database.read() as reader:
        rows = await reader.rows(select(event).order_by(event.c.id))
    assert [row["kind"] for row in rows] == [f"kind_{number}" for number in range(50)]
    assert rows[7]["changes"] == {"n": [None, 7]}


async def test_an_empty_unit_commits(database: Database) -> None:
    await UnitOfWork(database, NOW).commit()
