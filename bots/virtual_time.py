"""Time that passes as fast as its work is done."""

from collections.abc import Callable
from datetime import datetime

from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.engine import Engine


async def pass_time(
    engine: Engine, clock: VirtualClock, until: datetime, goes_on: Callable[[], bool] = lambda: True
) -> None:
    """Goes on to `until`, and does everything that is due on the way at its own moment, in order.

    Once `goes_on` says no, time stands still.
    """
    while True:
        await engine.settle()
        if not goes_on():
            return
        due = await engine.next_due()
        if due is not None and due <= clock.now():  # and was not done: it cannot be at this moment
            due = await engine.next_due(clock.now())
        if due is None or due > until:
            break
        clock.advance_to(due)
    clock.advance_to(until)
    engine.wake()
    await engine.settle()
