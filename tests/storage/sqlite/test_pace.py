"""Who writes a batch: the event loop, while that is quick; else the thread."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tasktalk.storage import committer, pace
from tasktalk.storage.database import Database
from tasktalk.storage.pace import Pace
from tasktalk.storage.writes import Duplicate, WriteSet
from tests.patience import PATIENCE
from tests.storage.contacts import contacts, inserting
from tests.storage.places import Places


@pytest.fixture
def places() -> Places:
    return Places()


@pytest.fixture
async def watched(tmp_path: Path, places: Places, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    monkeypatch.setattr(pace, "_SECONDS", PATIENCE)  # however slow this machine is
    database = await Database.open(str(tmp_path / "test.db"), crash=places.note)
    yield database
    await database.close()


async def test_a_small_batch_is_written_by_the_event_loop(watched: Database, places: Places) -> None:
    await watched.commit(inserting("one"))
    assert places.are_here == [True]
    assert await contacts(watched) == ["one"]


async def test_what_takes_long_is_the_threads(
    watched: Database, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_SECONDS", -1.0)
    for number in range(pace._APART + 3):
        await watched.commit(inserting(str(number)))
    assert places.are_here == [True, *[False] * pace._APART, True, False]


async def test_much_at_once_is_the_threads(watched: Database, places: Places) -> None:
    await watched.commit(inserting(*map(str, range(committer._MOST_WRITES + 1))))
    assert places.are_here == [False]


async def test_what_may_take_others_along_is_the_threads(watched: Database, places: Places) -> None:
    await watched.commit(inserting("one"))
    writes = WriteSet()
    writes.delete("contact", {"id": "one"})
    await watched.commit(writes)
    assert places.are_here == [True, False]
    assert await contacts(watched) == []


async def test_the_event_loop_waits_for_no_other_program(watched: Database, places: Places, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    commit = asyncio.ensure_future(watched.commit(inserting("one")))
    for _ in range(10):  # had the loop to wait for the file, nobody would ever let it go
        await asyncio.sleep(0)
    assert not commit.done()
    other.execute("ROLLBACK")
    other.close()
    await asyncio.wait_for(commit, PATIENCE)
    assert places.are_here == [False]
    await watched.commit(inserting("two"))
    assert places.are_here == [False, True]
    assert await contacts(watched) == ["one", "two"]


async def test_what_does_not_fit_fails_alone(watched: Database) -> None:
    await watched.commit(inserting("one"))
    found = await asyncio.gather(*map(watched.commit, map(inserting, ["zero", "one", "two"])), return_exceptions=True)
    assert [type(each) for each in found] == [type(None), Duplicate, type(None)]
    assert await contacts(watched) == ["one", "two", "zero"]


async def test_while_the_thread_is_busy_all_is_its_own(watched: Database, places: Places) -> None:
    may_go_on = threading.Event()
    busy = watched._committer._thread.do(lambda: may_go_on.wait(PATIENCE))
    busy.cancel()  # it is busy all the same
    commit = asyncio.ensure_future(watched.commit(inserting("one")))
    for _ in range(10):
        await asyncio.sleep(0)
    assert not commit.done()
    may_go_on.set()
    await asyncio.wait_for(commit, PATIENCE)
    assert places.are_here == [False]


async def test_what_breaks_in_the_event_loop_is_not_done_again_by_the_thread(
    watched: Database, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(instant: str) -> None:
        places.note(instant)
        raise RuntimeError(instant)

    monkeypatch.setattr(watched._committer, "_crash", breaks)
    with pytest.raises(RuntimeError, match="before-commit"):
        await watched.commit(inserting("one"))
    assert places.are_here == [True]
    monkeypatch.undo()
    assert await contacts(watched) == []
    await watched.commit(inserting("two"))
    assert await contacts(watched) == ["two"]


def test_a_slow_disk_is_tried_again_now_and_then() -> None:
    found = Pace()
    assert found.is_quick([WriteSet()])
    found.took(1, 0.01)
    assert [found.is_quick([WriteSet()]) for _ in range(pace._APART + 1)] == [False] * pace._APART + [True]


def test_many_may_take_longer_than_one() -> None:
    found = Pace()
    found.took(200, 0.01)
    assert found.is_quick([WriteSet()])
