"""One piece of work at a time for each key, many keys at once."""

import asyncio
import logging

import pytest

from tasktalk.runtime import workers as module
from tasktalk.runtime.about import about, ids
from tasktalk.runtime.workers import Workers
from tasktalk.storage.errors import Damaged, DatabaseError
from tests.patience import PATIENCE


class Work:
    """Work that goes on until the test lets it end."""

    def __init__(self) -> None:
        self.running: list[str] = []
        self.done: list[str] = []
        self.go = asyncio.Event()

    async def __call__(self, key: str) -> None:
        assert key not in self.running
        self.running.append(key)
        await self.go.wait()
        self.running.remove(key)
        self.done.append(key)


async def some_steps() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_key_that_is_poked_meanwhile_is_worked_on_once_more() -> None:
    work = Work()
    workers = Workers(work, 10)
    for key in ("a", "b", "a", "a"):
        workers.poke(key)
    await some_steps()
    workers.poke("a")
    workers.poke("a")
    assert sorted(work.running) == ["a", "b"]
    work.go.set()
    await workers.idle()
    assert sorted(work.done) == ["a", "a", "b"]


async def test_work_is_not_about_what_whoever_poked_is_about() -> None:
    seen = []

    async def look(_: str) -> None:
        seen.append(dict(ids()))

    with about(conversation="of the maker"):
        workers = Workers(look, 1)
    with about(conversation="of who poked"):
        workers.poke("a")
    await workers.idle()
    assert seen == [{"conversation": "of the maker"}]


async def test_no_more_than_so_many_at_once() -> None:
    work = Work()
    workers = Workers(work, 3)
    for number in range(10):
        workers.poke(str(number))
    await some_steps()
    assert work.running == ["0", "1", "2"]
    work.go.set()
    await workers.idle()
    assert sorted(work.done) == [str(number) for number in range(10)]


async def test_others_begin_in_the_place_of_who_steps_aside() -> None:
    work = Work()
    workers = Workers(work, 1)
    for key in ("a", "b", "c"):
        workers.poke(key)
    await some_steps()
    workers.step_aside("a")
    workers.step_aside("c")  # which has not begun
    await some_steps()
    assert (work.running, workers.busy_count, workers.ready_count) == (["a", "b"], 2, 1)
    workers.poke("a")
    workers.step_aside("a")
    await some_steps()
    assert work.running == ["a", "b"]
    work.go.set()
    await workers.idle()
    assert sorted(work.done) == ["a", "a", "b", "c"]


async def test_who_stepped_aside_counts_again_the_next_time() -> None:
    work = Work()
    workers = Workers(work, 1)
    workers.poke("a")
    await some_steps()
    workers.step_aside("a")
    work.go.set()
    await workers.idle()
    work.go.clear()
    workers.poke("a")
    workers.poke("b")
    await some_steps()
    assert work.running == ["a"]
    work.go.set()
    await workers.idle()


async def test_what_has_begun_comes_to_its_end_and_nothing_more_begins() -> None:
    work = Work()
    workers = Workers(work, 1)
    workers.poke("a")
    workers.poke("b")
    await some_steps()
    stopping = asyncio.create_task(workers.stop())
    await some_steps()
    workers.poke("c")
    assert not stopping.done()
    work.go.set()
    await stopping
    assert work.done == ["a"]


async def test_work_that_fails_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.001)
    tries = []
    worked = asyncio.Event()

    async def work(key: str) -> None:
        tries.append(key)
        if len(tries) == 1:
            raise OSError("disk full")
        worked.set()

    workers = Workers(work, 1)
    with caplog.at_level(logging.ERROR):
        workers.poke("a")
        await workers.idle()
    assert str(workers.failed["a"]) == "disk full"
    assert "disk full" in caplog.text
    await asyncio.wait_for(worked.wait(), PATIENCE)
    await workers.idle()
    assert workers.failed == {}


async def test_work_that_failed_again_meanwhile_is_not_tried_for_both_failures() -> None:
    tries = []

    async def work(key: str) -> None:
        tries.append(key)
        raise OSError("disk full")

    workers = Workers(work, 1)
    workers.poke("a")
    await workers.idle()
    first = workers.failed["a"]
    workers.poke("a")
    await workers.idle()
    workers._retry("a", first)
    assert workers.is_idle
    assert len(tries) == 2


async def test_a_database_that_is_away_is_told_once_for_all_keys(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.001)
    tries, done, is_over = list[str](), set[str](), asyncio.Event()

    async def work(key: str) -> None:
        tries.append(key)
        if tries == ["a", "damaged"]:
            raise Damaged("its row is broken")
        if len(tries) < 9:
            raise DatabaseError("away")
        done.add(key)
        if len(done) == 3:
            is_over.set()

    workers = Workers(work, 1)
    with caplog.at_level(logging.INFO, "tasktalk.engine"):
        for key in ("a", "damaged", "b"):
            workers.poke(key)
        await asyncio.wait_for(is_over.wait(), PATIENCE)
        await workers.idle()
    assert [record.getMessage() for record in caplog.records] == [
        "a could not go on; it is tried again, as are all others whom this befalls: away",
        "damaged could not go on; it is tried again: its row is broken",
        "what was tried again goes on",
    ]


async def test_a_key_that_has_nothing_to_write_does_not_end_what_the_others_meet(
    caplog: pytest.LogCaptureFixture,
) -> None:
    refused = {"a", "b"}
    tried, go = asyncio.Event(), asyncio.Event()

    async def work(key: str) -> None:
        if key == "a" and tried.is_set():
            await go.wait()
        if key in refused:
            raise DatabaseError("away")

    workers = Workers(work, 2)
    with caplog.at_level(logging.INFO, "tasktalk.engine"):
        workers.poke("a")
        await workers.idle()
        tried.set()
        workers.poke("a")  # which is under way while another key succeeds
        workers.poke("reads only")
        await some_steps()
        go.set()
        workers.poke("b")
        await workers.idle()
        for key in ("a", "reads only", "b"):
            refused.discard(key)
            workers.poke(key)
            await workers.idle()
    assert [record.getMessage() for record in caplog.records] == [
        "a could not go on; it is tried again, as are all others whom this befalls: away",
        "what was tried again goes on",
    ]
