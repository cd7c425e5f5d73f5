"""Who writes a batch on PostgreSQL: the event loop, over a connection of its own; the thread, where that cannot."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from tasktalk.storage import committer, postgresql
from tasktalk.storage.database import Database
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.pipelined import Statement
from tasktalk.storage.writes import Conflict, Duplicate, WriteSet
from tests.databases import IS_PORTABLE, Server
from tests.storage.contacts import contacts, inserting
from tests.storage.places import Places

pytestmark = pytest.mark.skipif(IS_PORTABLE, reason="there any batch may have to be repeated, by the thread")
_UNDONE = Statement("DO $$ BEGIN RAISE serialization_failure; END $$")
_REFUSED = Statement("SELECT nothing")


@pytest.fixture
def places() -> Places:
    return Places()


@pytest.fixture
def url() -> str:
    return Server.empty()


@pytest.fixture
async def watched(url: str, places: Places) -> AsyncIterator[Database]:
    database = await Database.open(url, crash=places.note)
    yield database
    await database.close()


def end_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def test_the_event_loop_writes(watched: Database, places: Places) -> None:
    for name in ("one", "two"):
        await watched.commit(inserting(name))
    assert places.are_here == [True, True]
    assert await contacts(watched) == ["one", "two"]


async def test_much_at_once_is_the_threads(watched: Database, places: Places) -> None:
    await watched.commit(inserting(*map(str, range(committer._MOST_WRITES + 1))))
    assert places.are_here == [False]


async def test_what_does_not_fit_fails_alone(watched: Database, places: Places) -> None:
    await watched.commit(inserting("one"))
    nobody = WriteSet()
    nobody.update("contact", {"id": "nobody"}, {"name": "Nobody"})
    sets = [inserting("zero"), inserting("one"), nobody, inserting("two")]
    found = await asyncio.gather(*map(watched.commit, sets), return_exceptions=True)
    assert [type(each) for each in found] == [type(None), Duplicate, Conflict, type(None)]
    await watched.commit(inserting("three"))
    assert await contacts(watched) == ["one", "three", "two", "zero"]
    assert places.are_here == [True, False, True]


async def test_a_connection_that_has_ended_is_made_anew(watched: Database, places: Places, url: str) -> None:
    await watched.commit(inserting("one"))
    end_connections(url)
    for name in ("two", "three", "four"):
        await watched.commit(inserting(name))
    assert await contacts(watched) == ["four", "one", "three", "two"]
    assert places.are_here[-1]


async def test_a_commit_that_breaks_is_told_and_not_done_again(url: str, places: Places) -> None:
    ends = [False]

    def crash(instant: str) -> None:
        places.note(instant)
        if instant == "before-commit" and ends[0]:
            ends[0] = False
            end_connections(url)

    database = await Database.open(url, crash=crash)
    await database.commit(inserting("one"))
    ends[0] = True
    with pytest.raises(DatabaseError, match="the server is stopping"):
        await database.commit(inserting("two"))
    assert places.are_here == [True, True]
    await database.commit(inserting("three"))
    await database.commit(inserting("four"))
    assert places.are_here[-1]
    assert await contacts(database) == ["four", "one", "three"]
    await database.close()


async def test_a_commit_that_the_server_undoes_is_made_again_by_the_thread(
    watched: Database, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as troubled:
        troubled.setattr(postgresql, "_END", _UNDONE)
        await watched.commit(inserting("one"))
    assert places.are_here == [True, False]
    assert await contacts(watched) == ["one"]


async def test_what_cannot_be_undone_costs_the_connection(
    watched: Database, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watched.commit(inserting("one"))
    with monkeypatch.context() as troubled:
        troubled.setattr(postgresql, "_UNDO", _REFUSED)
        with pytest.raises(Duplicate):
            await watched.commit(inserting("one"))
    await watched.commit(inserting("two"))
    assert places.are_here == [True, False, True]
    assert await contacts(watched) == ["one", "two"]
