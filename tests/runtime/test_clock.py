"""The machine's clock: a wait ends in time, and when it is to end."""

import asyncio
from datetime import timedelta

import pytest

from tasktalk.runtime.clock import RealClock
from tests.patience import PATIENCE


@pytest.mark.parametrize("steps", range(6))
async def test_a_wait_that_is_cancelled_while_it_is_woken_is_cancelled(steps: int) -> None:
    clock, wake = RealClock(), asyncio.Event()

    async def keep_time() -> None:
        while True:
            wake.clear()
            await clock.wait(wake, clock.now() + timedelta(hours=1))

    keeping = asyncio.create_task(keep_time())
    for _ in range(5):
        await asyncio.sleep(0)
    wake.set()
    for _ in range(steps):
        await asyncio.sleep(0)
    keeping.cancel()
    done, _ = await asyncio.wait([keeping], timeout=PATIENCE)
    assert done
    assert keeping.cancelled()


async def test_a_wait_is_over_when_its_time_has_come() -> None:
    clock, never = RealClock(), asyncio.Event()
    until = clock.now() + timedelta(milliseconds=5)
    await clock.wait(never, until)
    assert clock.now() >= until
    await clock.wait(never, until)
