"""The engine's timekeeper: nothing that is due is slept through."""

import asyncio
import logging
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tasktalk.runtime import timekeeper
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.timekeeper import Timekeeper
from tasktalk.storage.errors import DatabaseError
from tests.conftest import START
from tests.patience import PATIENCE
from tests.stage import Stage


class WatchedClock(VirtualClock):
    """A virtual clock that tells until when somebody waits."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.waits: asyncio.Queue[datetime | None] = asyncio.Queue()

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        self.waits.put_nowait(until)
        await super().wait(wake, until)


async def test_a_timer_that_is_set_while_the_timekeeper_reads_is_not_slept_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = WatchedClock(START)
    stage = Stage(tmp_path, clock)
    stage.write("WAIT 1 MINUTE\nWAIT 2 MINUTES\n")
    await stage.open()
    engine = stage.engine
    await stage.say("hi")
    await engine.settle()
    earliest, committed = engine.next_due, asyncio.Event()
    engine.watch(lambda _: committed.set())

    async def read_before_the_commit(after: datetime | None) -> datetime | None:
        found = await earliest(after)
        await committed.wait()
        return None if found == START + timedelta(minutes=3) else found

    monkeypatch.setattr(engine._timekeeper, "_next_due", read_before_the_commit)
    while not clock.waits.empty():
        clock.waits.get_nowait()
    clock.advance(timedelta(minutes=1))
    engine.wake()
    first = START + timedelta(minutes=1)
    while (until := await asyncio.wait_for(clock.waits.get(), PATIENCE)) == first:
        pass  # a wait for the first timer, which was about to begin when the clock moved
    assert until == START + timedelta(minutes=3)
    await stage.close()


async def test_a_database_that_is_away_for_long_is_told_when_it_goes_and_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(timekeeper, "RETRY_SECONDS", 0.0)
    clock, looks = WatchedClock(START), 0

    async def look() -> None:
        nonlocal looks
        looks += 1
        if looks % 5:
            raise DatabaseError("away")

    async def nothing(after: datetime) -> None:
        return None

    kept = Timekeeper(clock, look, nothing, lambda: START + timedelta(hours=1), lambda: None)
    with caplog.at_level(logging.INFO, "tasktalk.engine"):
        kept.start()
        for _ in range(2):
            await asyncio.wait_for(clock.waits.get(), PATIENCE)
            kept.wake()
        await kept.stop()
    assert looks >= 10
    assert [record.getMessage() for record in caplog.records][:4] == [
        "the time cannot be kept, which is tried again until it can: away",
        "the time is kept again",
    ] * 2
