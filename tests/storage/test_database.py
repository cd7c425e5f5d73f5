"""What is committed, what readers see, and what a cancelled caller leaves."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import bindparam, select

from tasktalk.storage.database import Database, backend_of
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.tables import contact
from tests.databases import url_of
from tests.storage.contacts import NOW, contacts, inserting


async def test_what_was_committed_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    url = url_of(tmp_path / "a.db")
    first = await Database.open(url)
    await first.commit(inserting("one"))
    await first.close()
    again = await Database.open(url)
    assert await contacts(again) == ["one"]
    await again.close()


def test_the_driver_that_is_missing_is_named_as_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tasktalk.storage.postgresql", None)
    command = f"{sys.executable} -m pip install --editable '{Path(__file__).parents[2]}[postgresql]'"
    with pytest.raises(DatabaseError) as raised:
        backend_of("postgresql:///talks")
    assert str(raised.value) == f"PostgreSQL needs its driver: {command}"


async def test_a_time_comes_back_aware_and_to_the_microsecond(database: Database) -> None:
    await database.commit(inserting("one"))
    async with database.read() as reader:
        assert await reader.value(select(contact.c.created_at)) == NOW


async def test_a_reader_sees_one_moment(database: Database) -> None:
    await database.commit(inserting("one"))
    async with database.read() as reader:
        before = await reader.rows(select(contact.c.id))
        await database.commit(inserting("two"))
        assert await reader.rows(select(contact.c.id)) == before
    assert await contacts(database) == ["one", "two"]


async def test_a_read_inside_a_read_is_a_fault(database: Database) -> None:
    async with database.read():
        with pytest.raises(RuntimeError, match="inside another"):
            await contacts(database)
    assert await contacts(database) == []


async def test_more_readers_than_connections_take_their_turns(database: Database) -> None:
    await database.commit(inserting("one"))
    assert await asyncio.gather(*(contacts(database) for _ in range(50))) == [["one"]] * 50


async def test_a_statement_takes_its_values_by_name(database: Database) -> None:
    await database.commit(inserting("one", "two"))
    query = select(contact.c.id).where(contact.c.id == bindparam("key"), contact.c.created_at <= bindparam("now"))
    async with database.read() as reader:
        for key in ("one", "two"):
            assert await reader.value(query, {"key": key, "now": NOW}) == key
        assert await reader.value(query, {"key": "one", "now": NOW - timedelta(microseconds=1)}) is None
        assert await reader.rows(select(contact.c.id).where(contact.c.id.in_(["two", "no"]))) == [{"id": "two"}]
        assert await reader.rows(select(contact.c.id).where(contact.c.id.in_([]))) == []


async def test_a_reader_cannot_write(database: Database) -> None:
    async with database.read() as reader:
        with pytest.raises(DatabaseError, match=r"read-?only|takes no writes"), reader._backend.errors():
            await reader.connection.fetch("DELETE FROM contact", ())


async def test_a_cancelled_reader_leaves_the_connection_usable(database: Database) -> None:
    await database.commit(inserting("one"))

    async def read_on() -> None:
        while True:
            await contacts(database)

    for _ in range(10):
        task = asyncio.create_task(read_on())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await contacts(database) == ["one"]


async def test_a_cancelled_commit_is_written_all_the_same(database: Database) -> None:
    task = asyncio.create_task(database.commit(inserting("one")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await database.commit(inserting("two"))
    assert await contacts(database) == ["one", "two"]


async def test_closing_finishes_what_was_queued(tmp_path: Path) -> None:
    database = await Database.open(url_of(tmp_path / "a.db"))
    commits = [asyncio.create_task(database.commit(inserting(f"{n:03}"))) for n in range(300)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*commits)
    with pytest.raises(DatabaseError, match="closed"):
        await database.commit(inserting("late"))
    again = await Database.open(url_of(tmp_path / "a.db"))
    assert len(await contacts(again)) == 300
    await again.close()


@pytest.mark.parametrize("text", [f"a{chr(code)}b" for code in (0, 0xD800, 0xDFFF)])
async def test_a_character_that_not_every_database_has_is_replaced(database: Database, text: str) -> None:
    await database.commit(inserting(text))
    assert await contacts(database) == ["a\ufffdb"]
    async with database.read() as reader:
        query = select(contact.c.address).where(contact.c.id == bindparam("key"))
        assert await reader.value(query, {"key": text}) == "a\ufffdb"
