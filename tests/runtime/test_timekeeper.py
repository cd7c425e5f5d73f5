"""The engine's timekeeper: nothing that is due is slept through."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tasktalk.runtime.clock import VirtualClock
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
