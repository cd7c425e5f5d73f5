"""Opening a database: what is made, what is refused and how that is said, and what readers see."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import bindparam, select

from tasktalk.storage.database import Database, path_of
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.tables import contact
from tasktalk.storage.writes import WriteSet

NOW = datetime(2026, 1, 5, 9, 0, 0, 123456, tzinfo=UTC)


def contact_row(key: str) -> dict[str, object]:
    return {"id": key, "channel": "test", "address": key, "name": None, "created_at": NOW}


def inserting(*keys: str) -> WriteSet:
    writes = WriteSet()
    for key in keys:
        writes.insert("contact", contact_row(key))
    return writes


async def contacts(database: Database) -> list[str]:
    async with database.read() as reader:
        return [row["id"] for row in await reader.rows(select(contact.c.id).order_by(contact.c.id))]


def other_program(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
    connection.close()


def newer_version(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    connection.close()


async def test_what_was_committed_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    first = await Database.open(f"sqlite:///{path}")
    await first.commit(inserting("one"))
    await first.close()
    again = await Database.open(str(path))
    assert await contacts(again) == ["one"]
    await again.close()


async def test_a_time_comes_back_aware_and_to_the_microsecond(database: Database) -> None:
    await database.commit(inserting("one"))
    async with database.read() as reader:
        assert await reader.value(select(contact.c.created_at)) == NOW


@pytest.mark.parametrize("url", [":memory:", "sqlite:///:memory:"])
async def test_memory_is_private_and_leaves_nothing(url: str) -> None:
    first, second = await Database.open(url), await Database.open(url)
    await first.commit(inserting("one"))
    assert await contacts(second) == []
    await first.close()
    await second.close()
    assert not first.path.exists()


async def test_the_settings_that_keep_data_safe(database: Database) -> None:
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "wal_autocheckpoint": 10000}
    writer = database._committer._connection
    thread = database._committer._thread
    for name, value in wanted.items():
        found = thread.submit(writer.exec_driver_sql, f"PRAGMA {name}").result().scalar()
        assert found == value, name
    thread.submit(writer.rollback).result()


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
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await reader._connection.execute("DELETE FROM contact")


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
    database = await Database.open(str(tmp_path / "a.db"))
    commits = [asyncio.create_task(database.commit(inserting(f"{n:03}"))) for n in range(300)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*commits)
    with pytest.raises(DatabaseError, match="closed"):
        await database.commit(inserting("late"))
    again = await Database.open(str(tmp_path / "a.db"))
    assert len(await contacts(again)) == 300
    await again.close()


async def test_one_process_drives_a_database(tmp_path: Path) -> None:
    first, second = await Database.open(str(tmp_path / "a.db")), await Database.open(str(tmp_path / "a.db"))
    first.claim()
    first.claim()
    with pytest.raises(DatabaseError, match=r"another tasktalk is serving the database .*a\.db"):
        second.claim()
    await second.commit(inserting("one"))  # a token, say: to write is not to drive
    await first.close()
    second.claim()
    await second.close()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: path.write_bytes(b"this is a letter to my aunt, and no database at all" * 100), "not a database"),
        (lambda path: path.mkdir(), "it is a folder"),
        (other_program, "another program's tables"),
        (newer_version, "a newer version of tasktalk made it"),
    ],
)
async def test_a_file_that_is_not_ours_is_refused_and_left_alone(
    tmp_path: Path,
    make: Callable[[Path], object],
    sentence: str,
) -> None:
    path = tmp_path / "a.db"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(DatabaseError, match=sentence) as raised:
        await Database.open(str(path))
    assert str(path) in str(raised.value)
    if path.is_file() and sentence == "not a database":
        assert path.read_bytes() == before


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="there is no folder"):
        await Database.open(str(tmp_path / "nowhere" / "a.db"))


async def test_a_file_that_cannot_be_written() -> None:
    with pytest.raises(DatabaseError, match=r"cannot be read or written|read-only"):
        await Database.open("/proc/tasktalk.db")


@pytest.mark.parametrize("url", ["postgresql://host/x", "sqlite://", "sqlite:///", "mysql://x"])
def test_a_url_of_something_else(url: str) -> None:
    with pytest.raises(DatabaseError, match="expected a file or sqlite:///file"):
        path_of(url)


def test_urls_are_relative_or_absolute() -> None:
    assert path_of("sqlite:///bots.db") == Path("bots.db")
    assert path_of("sqlite:////srv/bots.db") == Path("/srv/bots.db")
    assert path_of("bots.db") == Path("bots.db")
    assert path_of(":memory:") is path_of("sqlite:///:memory:") is None
