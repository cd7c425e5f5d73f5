"""A clock that stands still, and wakes who waits for a time when it is moved there."""

import asyncio
from datetime import datetime

from tasktalk.runtime.clock import VirtualClock


class Waking(VirtualClock):
    """A clock that lets those go on who wait for a time when it has come."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self._waiting: list[tuple[datetime, asyncio.Event]] = []

    def advance_to(self, when: datetime) -> None:
        super().advance_to(when)
        for until, has_come in self._waiting:
            if until <= self.now():
                has_come.set()

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        if until is None or until <= self.now():
            await super().wait(wake, until)
            return
        has_come = asyncio.Event()
        self._waiting.append((until, has_come))
        waits = [asyncio.ensure_future(event.wait()) for event in (wake, has_come)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
