"""Transactions that the database undoes are made again: whoever writes or reads does not notice."""

import asyncio
import gc

import pytest
from sqlalchemy import select

from tasktalk.storage import committer, postgresql, reading
from tasktalk.storage.database import Database, DatabaseError
from tasktalk.storage.tables import contact
from tasktalk.storage.writes import Duplicate
from tests import portable
from tests.databases import Server
from tests.portable import Portable, PortableReading
from tests.storage.contacts import contacts, inserting

ALL = select(contact.c.address)


@pytest.fixture
def half(monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a database that undoes a third of all."""
    monkeypatch.setattr(postgresql, "Postgresql", Portable)
    for name, value in (("share", 0.3), ("writes_undone", 0), ("reads_undone", 0)):
        monkeypatch.setattr(Portable, name, value)
    return Server.database("portable")


async def test_what_is_undone_is_made_again(half: str) -> None:
    database = await Database.open(half)
    names = [f"{number:03}" for number in range(60)]
    for name in names[:40]:
        await database.commit(inserting(name))
    await asyncio.gather(*(database.commit(inserting(name)) for name in names[40:]))
    assert sorted(await contacts(database)) == names
    for _ in range(100):
        async with database.read() as reader:
            first, second = [await contacts_of(reader) for _ in range(2)]
        assert sorted(first) == sorted(second) == names
    assert Portable.writes_undone > 5
    assert Portable.reads_undone > 5
    await database.close()


async def contacts_of(reader: reading.Reader) -> list[str]:
    return [row["address"] for row in await reader.rows(ALL)]


async def test_one_that_does_not_fit_is_still_the_only_one_that_fails(half: str) -> None:
    database = await Database.open(half)
    await database.commit(inserting("one"))
    for number in range(20):
        done = await asyncio.gather(
            *(database.commit(inserting(name)) for name in ("one", f"new {number}")), return_exceptions=True
        )
        assert [type(each) for each in done] == [Duplicate, type(None)]
    assert len(await contacts(database)) == 21
    await database.close()


async def test_a_reader_whose_transaction_is_undone_never_sees_two_moments(
    half: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Portable, "share", 0.0)
    database = await Database.open(half)
    await database.commit(inserting("one"))
    async with database.read() as reader:
        assert await contacts_of(reader) == ["one"]
        await database.commit(inserting("two"))
        assert isinstance(reader.connection, PortableReading)
        reader.connection.left = 0
        with pytest.raises(DatabaseError, match="what is read keeps changing"):
            await contacts_of(reader)
    assert sorted(await contacts(database)) == ["one", "two"]
    await database.close()


async def test_what_is_undone_for_ever_is_told(half: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = await Database.open(half)
    monkeypatch.setattr(Portable, "share", 1.0)
    monkeypatch.setattr(portable, "MOST_READS", 1)
    with pytest.raises(DatabaseError):
        await database.commit(inserting("one"))
    with pytest.raises(DatabaseError):
        await contacts(database)
    monkeypatch.setattr(Portable, "share", 0.0)
    assert await contacts(database) == []
    await database.close()


async def test_what_was_undone_is_gone_at_once(half: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits for no look of the garbage collector's, which makes all conversations wait."""
    database = await Database.open(half)
    monkeypatch.setattr(Portable, "share", 0.7)
    monkeypatch.setattr(reading, "REPEATS", 100)
    monkeypatch.setattr(committer, "_REPEATS", 100)
    await database.commit(inserting("first"))
    assert await contacts(database) == ["first"]
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        for number in range(10):
            await database.commit(inserting(f"{number}"))
            async with database.read() as reader:
                await contacts_of(reader)
                await reader.rows_of_each((ALL, {}), (ALL, {}))
        await asyncio.sleep(0)
        gc.collect()
        assert not [each for each in gc.garbage if isinstance(each, BaseException)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    await database.close()
