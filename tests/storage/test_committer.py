"""Group commit: everything at once when all is well, and only the guilty one fails when it is not."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from unittest.mock import AsyncMock, Mock

import pytest
from sqlalchemy import select

from tasktalk.runtime.ids import new_id
from tasktalk.storage.database import Database
from tasktalk.storage.tables import contact, conversation
from tasktalk.storage.writes import Conflict, Duplicate, WriteSet
from tests.databases import url_of
from tests.patience import PATIENCE


def inserting(*keys: str, **values: object) -> WriteSet:
    writes = WriteSet()
    for key in keys:
        row = {"id": key, "channel": "test", "address": key, "name": None, "created_at": datetime.now().astimezone()}
        writes.insert("contact", row | values)
    return writes


def renaming(key: str, before: str | None, after: str) -> WriteSet:
    writes = WriteSet()
    writes.update("contact", {"id": key, "name": before}, {"name": after})
    return writes


def talking(key: str, **values: object) -> WriteSet:
    writes, now = inserting(key), datetime.now().astimezone()
    row = {"id": new_id("cnv", now), "bot": key, "contact_id": key, "channel": "test", "created_at": now}
    writes.insert("conversation", row | values)
    return writes


async def names(database: Database) -> dict[str, str | None]:
    async with database.read() as reader:
        return {row["id"]: row["name"] for row in await reader.rows(select(contact))}


async def outcomes(database: Database, *sets: WriteSet) -> list[BaseException | None]:
    return await asyncio.gather(*(database.commit(writes) for writes in sets), return_exceptions=True)


async def round_after_round(database: Database) -> None:
    """Twenty commits, each asked for in another round of the event loop."""

    async def later(rounds: int) -> None:
        for _ in range(rounds):
            await asyncio.sleep(0)
        await database.commit(inserting(str(rounds)))

    await asyncio.gather(*map(later, range(20)))
    assert len(await names(database)) == 20


@pytest.fixture
def commits() -> list[str]:
    """The instants of commits, in their order."""
    return []


@pytest.fixture
async def watched(tmp_path: Path, commits: list[str]) -> AsyncIterator[Database]:
    opened = await Database.open(url_of(tmp_path / "test.db"), crash=commits.append)
    yield opened
    await opened.close()


async def test_what_is_queued_together_is_one_transaction(watched: Database, commits: list[str]) -> None:
    await outcomes(watched, *(inserting(str(n)) for n in range(200)))
    assert len(await names(watched)) == 200
    assert commits.count("after-commit") == 1  # there may have been one that the database has undone


async def test_what_comes_while_the_event_loop_is_busy_shares_the_transaction(
    watched: Database, commits: list[str]
) -> None:
    await round_after_round(watched)
    assert commits.count("after-commit") == 1  # there may have been one that the database has undone


async def test_in_memory_nothing_waits_for_more(commits: list[str]) -> None:
    database = await Database.open(":memory:", crash=commits.append)
    await round_after_round(database)
    assert commits.count("after-commit") > 5
    await database.close()


async def test_a_batch_has_an_end(watched: Database, commits: list[str]) -> None:
    await outcomes(watched, *(inserting(str(n)) for n in range(600)))
    assert commits.count("after-commit") == 3


async def test_only_the_guilty_one_fails(database: Database) -> None:
    await database.commit(inserting("taken"))
    found = await outcomes(
        database,
        inserting("one", "two"),
        inserting("three", "taken"),
        renaming("nobody", None, "x"),
        renaming("taken", "wrong", "x"),
        renaming("taken", None, "right"),
    )
    assert [type(each) for each in found] == [type(None), Duplicate, Conflict, Conflict, type(None)]
    assert await names(database) == {"one": None, "two": None, "taken": "right"}


async def test_only_the_guilty_one_of_many_fails(database: Database) -> None:
    await database.commit(inserting(*(f"old{n}" for n in range(100))))
    sets = [renaming(f"old{n}", "wrong" if n == 70 else None, "x") for n in range(100)]
    sets += [inserting("old30" if n == 40 else f"new{n}") for n in range(100)]
    found = await outcomes(database, *sets)
    assert [n for n, each in enumerate(found) if each is not None] == [70, 140]
    assert [type(each) for each in found if each is not None] == [Conflict, Duplicate]
    written = await names(database)
    assert len(written) == 199
    assert [key for key in sorted(written) if key.startswith("old") and written[key] != "x"] == ["old70"]


async def test_the_order_of_the_calls_holds(database: Database) -> None:
    await database.commit(inserting("one"))
    found = await outcomes(database, *(renaming("one", None if n == 0 else str(n - 1), str(n)) for n in range(50)))
    assert found == [None] * 50
    assert await names(database) == {"one": "49"}


async def test_of_two_with_the_same_version_one_wins(database: Database) -> None:
    await database.commit(inserting("one"))
    first, second = await outcomes(database, renaming("one", None, "first"), renaming("one", None, "second"))
    assert first is None
    assert isinstance(second, Conflict)
    assert (second.table, second.key) == ("contact", {"id": "one", "name": None})
    assert await names(database) == {"one": "first"}


async def test_a_value_that_no_column_takes_fails_alone(database: Database) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the fault
    bad, good = await outcomes(database, inserting("bad", created_at=naive), inserting("good"))
    assert isinstance(bad, ValueError)
    assert good is None
    assert list(await names(database)) == ["good"]


async def test_a_number_that_no_database_has_fails_alone(database: Database) -> None:
    found = await outcomes(database, *(talking(str(n), bucket=2**63 if n == 3 else 1) for n in range(9)))
    assert [n for n, each in enumerate(found) if each is not None] == [3]


async def test_a_text_that_no_database_has_is_kept_as_it_can_be(database: Database) -> None:
    routes: list[object] = [{"\ud800": ["\ud800"]} if n == 3 else "x" for n in range(9)]
    assert await outcomes(database, *(talking(str(n), route=route) for n, route in enumerate(routes))) == [None] * 9
    async with database.read() as reader:
        kept = [row["route"] for row in await reader.rows(select(conversation).order_by(conversation.c.bot))]
    assert kept == [*["x"] * 3, {"\ufffd": ["\ufffd"]}, *["x"] * 5]


async def test_a_row_that_refers_to_nothing_is_a_conflict(database: Database) -> None:
    writes = inserting("one")
    row = {"id": "cnv", "bot": "b", "contact_id": "nobody", "channel": "c", "created_at": datetime.now().astimezone()}
    writes.insert("conversation", row)
    with pytest.raises(Conflict, match=r"(?i)foreign key"):
        await database.commit(writes)
    assert await names(database) == {}


async def test_no_error_tells_what_was_to_be_written(database: Database) -> None:
    without_channel = inserting("one", name="correct horse", channel=None)
    too_often = inserting("two", "two", name="correct horse")
    for failure in await outcomes(database, without_channel, too_often):
        assert isinstance(failure, Conflict)
        assert "correct horse" not in str(failure)


async def test_a_write_set_without_writes_is_fine(database: Database) -> None:
    await database.commit(WriteSet())


@pytest.mark.parametrize("work", ["_write", "_is_written_here"])
async def test_nobody_waits_for_ever_when_not_even_the_rollback_goes_well(
    watched: Database, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(watched._committer, "_is_written_here", AsyncMock(return_value=False))
        broken.setattr(watched._committer, work, Mock(side_effect=RuntimeError("the rollback failed")))
        with pytest.raises(RuntimeError, match="the rollback failed"):
            await asyncio.wait_for(watched.commit(inserting("one")), PATIENCE)
    await watched.commit(inserting("two"))
    assert await names(watched) == {"two": None}


async def test_the_libraries_errors_hide_the_values_too(database: Database) -> None:
    assert database._committer._connection.engine.hide_parameters
