"""A file of SQLite: what is made, what is refused and how that is said, and who drives it."""

import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import NoneType
from typing import Any, NoReturn

import pytest
from sqlalchemy import func, select

from tasktalk.storage import accounts, requests, sqlite
from tasktalk.storage.database import Database
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.sqlite import Sqlite, SqliteReading, path_of
from tasktalk.storage.tables import contact, message
from tasktalk.storage.writes import Conflict, WriteSet
from tests.quick import make_writer
from tests.storage.contacts import contact_row, contacts, inserting


def other_program(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
    connection.close()


def newer_version(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    connection.close()


async def test_after_a_lock_a_write_set_is_still_all_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_MS", 10)
    database = await Database.open(str(tmp_path / "test.db"))
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    for number in range(3):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError, match="another program keeps it locked"):
            await database.commit(inserting("locked out"))
        other.execute("ROLLBACK")
        half = inserting("half")
        half.insert("conversation", {"id": "c", "bot": "b", "contact_id": "nobody", "channel": "test"})
        with pytest.raises(Conflict):
            await database.commit(half)
        writer: Any = database._committer._connection.connection.dbapi_connection
        assert not writer.in_transaction
        began: list[str] = []
        writer.set_trace_callback(began.append)
        await database.commit(inserting(str(number)))
        writer.set_trace_callback(None)
        began = [each for each in began if not each.startswith("PRAGMA busy_timeout")]
        assert (began[0], began[-1]) == ("BEGIN IMMEDIATE", "COMMIT")
    assert await contacts(database) == ["0", "1", "2"]
    other.close()
    await database.close()


async def test_nulls_and_bytes_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the driver searches for a way to adapt each of them."""
    as_they_are: list[tuple[type[Any], type[Any]]] = [(kind, sqlite3.PrepareProtocol) for kind in (NoneType, bytes)]
    for key in as_they_are:
        monkeypatch.delitem(sqlite3.adapters, key, raising=False)
    database = await Database.open(":memory:")
    assert sqlite3.adapters.keys() >= set(as_they_are)
    with sqlite3.connect(":memory:") as connection:
        assert connection.execute("SELECT ?, ?, typeof(?)", (None, b"\0a", b"")).fetchone() == (None, b"\0a", "blob")
    connection.close()
    await database.close()


@pytest.mark.parametrize("url", [":memory:", "sqlite:///:memory:"])
async def test_memory_is_private_and_leaves_nothing(url: str) -> None:
    first, second = await Database.open(url), await Database.open(url)
    assert isinstance(first._backend, Sqlite)
    file = first._backend.path
    assert file.exists()
    await first.commit(inserting("one"))
    assert await contacts(second) == []
    assert await contacts(first) == ["one"]
    assert {found.name for found in file.parent.iterdir()} == {file.name}  # no log, no lock: one connection has it
    await first.close()
    await second.close()
    assert not file.parent.exists()


async def test_what_is_read_of_memory_is_of_one_moment() -> None:
    database = await Database.open(":memory:")
    async with database.read() as reader:
        assert await reader.rows(select(contact.c.name)) == []
        await database.commit(inserting("one"))
        with pytest.raises(DatabaseError, match="what is read keeps changing"):
            await reader.rows(select(contact.c.id))
    async with database.read() as reader:
        assert await reader.glance(select(message.c.id), {}) is None
        await database.commit(inserting("two"))
        assert await reader.glance(select(message.c.text), {}) is None
        assert len(await reader.rows(select(contact.c.id))) == 2  # what was read before is as it was
    async with database.read() as reader:
        assert len(await reader.rows(select(contact.c.name))) == 2
    await database.close()


async def test_the_settings_that_keep_data_safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_writer", make_writer)  # not that of tests, which waits for no disk
    database = await Database.open(str(tmp_path / "a.db"))
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "wal_autocheckpoint": 10000}
    writer = database._committer._connection
    thread = database._committer._thread
    for name, value in wanted.items():
        found = await thread.do(partial(writer.exec_driver_sql, f"PRAGMA {name}"))
        assert found.scalar() == value, name
    await thread.do(writer.rollback)
    await database.close()


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
    if path.is_file():
        assert path.read_bytes() == before


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="there is no folder"):
        await Database.open(str(tmp_path / "nowhere" / "a.db"))


@pytest.mark.skipif(sys.platform != "linux", reason="such a limit is Linux's")
async def test_a_full_disk_is_named_at_the_start(tmp_path: Path) -> None:
    """What SQLite says there is an error of the disk, for which nobody would make room."""
    import resource

    database = await Database.open(url := str(tmp_path / "full.db"))
    await database.close()
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3, usual[1]))  # no file of this process can grow, but that of the lock
    try:
        with pytest.raises(DatabaseError, match="the disk is full"):
            await Database.open(url)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


async def test_a_file_that_cannot_be_written() -> None:
    with pytest.raises(DatabaseError, match=r"cannot be read or written|read-only"):
        await Database.open("/proc/tasktalk.db")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///"])
def test_a_url_of_something_else(url: str) -> None:
    with pytest.raises(DatabaseError, match="expected a file or sqlite:///file"):
        path_of(url)


def test_urls_are_relative_or_absolute() -> None:
    assert path_of("sqlite:///bots.db") == Path("bots.db")
    assert path_of("sqlite:////srv/bots.db") == Path("/srv/bots.db")
    assert path_of("bots.db") == Path("bots.db")


async def test_one_file_is_driven_once_by_whatever_name(tmp_path: Path) -> None:
    database = await Database.open(str(tmp_path / "test.db"))
    database.claim()
    (tmp_path / "link.db").symlink_to("test.db")
    linked = await Database.open(str(tmp_path / "link.db"))
    with pytest.raises(DatabaseError, match="another tasktalk is serving"):
        linked.claim()
    await linked.close()
    (tmp_path / "hard.db").hardlink_to(tmp_path / "test.db")
    hard = Sqlite(str(tmp_path / "hard.db"))
    with pytest.raises(DatabaseError, match="several names"):
        hard.claim()
    await database.close()


async def test_what_every_request_asks_is_read_without_going_to_the_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def in_its_thread(*_: object) -> NoReturn:
        raise AssertionError("it went to the thread")

    database = await Database.open(str(tmp_path / "test.db"))
    monkeypatch.setattr(SqliteReading, "fetch_each", in_its_thread)
    async with database.read() as reader:
        assert await accounts.token_by_hash(reader, "digest") is None
        assert await accounts.user_by_id(reader, "ana") is None
        assert await requests.budget_of(reader, "ana", "create") is None
        assert await requests.answer(reader, "ana", "key") is None
    await database.close()


def bytes_read() -> int:
    """By this process, from whatever file, be it in the system's memory."""
    [line] = [line for line in Path("/proc/self/io").read_text().splitlines() if line.startswith("rchar:")]
    return int(line.split()[1])


async def test_what_a_long_list_meets_is_not_read_from_the_file_with_each_page(tmp_path: Path) -> None:
    size = 4_000_000
    database = await Database.open(str(tmp_path / "test.db"))
    writes = WriteSet()
    for place in range(size // 2000):
        writes.insert("contact", contact_row(f"c{place}") | {"name": "a" * 2000})
    await database.commit(writes)
    all_names = select(func.sum(func.length(contact.c.name)))
    async with database.read() as reader:
        assert await reader.value(all_names) == size
    before = bytes_read()
    async with database.read() as reader:
        assert await reader.value(all_names) == size
    assert bytes_read() - before < size / 4
    await database.close()
