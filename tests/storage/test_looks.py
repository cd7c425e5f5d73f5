"""What is read by itself: all who ask at once are answered together, each as of a moment after it asked."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from tasktalk.storage.database import Database
from tasktalk.storage.errors import Damaged, DatabaseError
from tasktalk.storage.reading import Reader, Readers
from tasktalk.storage.tables import contact
from tests.databases import url_of
from tests.storage.contacts import NOW, inserting

_BY_ADDRESS = select(contact.c.address).where(contact.c.address == bindparam("address"))
_SINCE = select(contact.c.address).where(contact.c.created_at >= bindparam("since"))
_OF_VERSION = select(contact.c.address).where(contact.c.version == bindparam("version"))
_MANY = [f"contact {number}" for number in range(40)]


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Database]:
    """With connections for readers, which a database in memory has not."""
    database = await Database.open(url_of(tmp_path / "looks.db"))
    await database.commit(inserting(*_MANY))
    yield database
    await database.close()


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Readers]:
    """One for each transaction."""
    found, begin = [], Readers.begin

    async def counted(readers: Readers) -> Any:
        found.append(readers)
        return await begin(readers)

    monkeypatch.setattr(Readers, "begin", counted)
    return found


class Held:
    """Holds up the first question on its way, until `go` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_asked, self.go = asyncio.Event(), asyncio.Event()
        fetch = Reader._fetch_each

        async def late(reader: Reader, asked: Sequence[Any]) -> Sequence[Any]:
            found = await fetch(reader, asked)
            if not self.is_asked.is_set():
                self.is_asked.set()
                await self.go.wait()
            return found

        monkeypatch.setattr(Reader, "_fetch_each", late)


async def test_all_who_ask_while_one_is_answered_share_the_next_transaction(
    kept: Database, begun: list[Readers]
) -> None:
    found = await asyncio.gather(*(kept.looks.rows(_BY_ADDRESS, {"address": address}) for address in _MANY))
    assert found == [[{"address": address}] for address in _MANY]
    assert len(begun) == 2


async def test_who_asks_later_sees_what_was_committed_before(kept: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch)
    first = asyncio.create_task(kept.looks.row(_BY_ADDRESS, {"address": "new"}))
    await held.is_asked.wait()
    await kept.commit(inserting("new"))
    second = asyncio.create_task(kept.looks.row(_BY_ADDRESS, {"address": "new"}))
    await asyncio.sleep(0)
    held.go.set()
    assert (await first, await second) == (None, {"address": "new"})


async def test_who_asks_what_cannot_be_asked_is_told_so_alone(kept: Database) -> None:
    questions = (kept.looks.rows(_SINCE, {"since": since}) for since in (NOW, "yesterday", NOW, NOW))
    _, wrong, *right = await asyncio.gather(*questions, return_exceptions=True)
    assert isinstance(wrong, Exception)
    assert [len(found) for found in right if isinstance(found, list)] == [len(_MANY)] * 2


async def test_a_number_that_the_database_does_not_take_fails_for_nobody_else(kept: Database) -> None:
    versions = (kept.looks.rows(_OF_VERSION, {"version": version}) for version in (0, 0, 1 << 70, 0))
    found = await asyncio.gather(*versions, return_exceptions=True)
    assert isinstance(found.pop(2), Exception)
    assert [len(rows) for rows in found if isinstance(rows, list)] == [len(_MANY)] * 3


async def test_who_asks_for_what_is_damaged_is_told_so_alone(kept: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch = Reader._fetch_each

    async def damaged(reader: Reader, asked: Sequence[Any]) -> Sequence[Any]:
        if any(_MANY[2] in parameters for _, parameters in asked):
            raise Damaged("the file is damaged")
        return await fetch(reader, asked)

    monkeypatch.setattr(Reader, "_fetch_each", damaged)
    asked = (kept.looks.row(_BY_ADDRESS, {"address": address}) for address in _MANY[:5])
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(found.pop(2), Damaged)
    assert found == [{"address": _MANY[number]} for number in (0, 1, 3, 4)]


async def test_who_is_answered_with_others_is_not_answered_in_the_name_of_the_first(
    kept: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, named, fetch = ContextVar("name", default="nobody"), list[str](), Reader._fetch_each

    async def noted(reader: Reader, asked: Sequence[Any]) -> Sequence[Any]:
        named.append(name.get())
        return await fetch(reader, asked)

    async def ask(address: str) -> None:
        name.set(address)
        await kept.looks.row(_BY_ADDRESS, {"address": address})

    monkeypatch.setattr(Reader, "_fetch_each", noted)
    await asyncio.gather(*map(ask, _MANY))
    assert named == [_MANY[0], "nobody"]


async def test_who_goes_away_takes_only_its_own_question_along(kept: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch)
    asking = [asyncio.create_task(kept.looks.row(_BY_ADDRESS, {"address": address})) for address in _MANY[:3]]
    await held.is_asked.wait()
    asking[0].cancel()
    asking[1].cancel()
    held.go.set()
    assert await asking[2] == {"address": _MANY[2]}
    assert await kept.looks.row(_BY_ADDRESS, {"address": "contact 3"}) == {"address": "contact 3"}


async def test_nobody_asks_inside_of_a_transaction(kept: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def inside() -> None:
        async with kept.read():
            with pytest.raises(RuntimeError, match="inside another"):
                await kept.looks.row(_BY_ADDRESS, {"address": "one"})

    await inside()
    held = Held(monkeypatch)
    another = asyncio.create_task(kept.looks.row(_BY_ADDRESS, {"address": "contact 1"}))
    await held.is_asked.wait()
    await inside()
    held.go.set()
    assert await another == {"address": "contact 1"}


async def test_all_are_told_when_the_database_cannot_be_read(kept: Database) -> None:
    await kept._readers.close()
    asked = (kept.looks.row(_BY_ADDRESS, {"address": address}) for address in _MANY[:3])
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(error) for error in found] == [DatabaseError] * 3
