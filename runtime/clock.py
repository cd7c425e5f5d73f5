"""The one source of time. Everything that asks for the time, or waits for it, asks a Clock."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Time as the runtime sees it; all times are aware and in UTC."""

    def now(self) -> datetime:
        """The present moment."""
        ...

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        """Returns when `wake` is set or, at the latest, when `until` has come; None waits for `wake` alone."""
        ...


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        # An hour at most, so that a machine that slept or had its clock set is never far behind.
        seconds = 3600.0 if until is None else min(3600.0, (until - self.now()).total_seconds())
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        with suppress(TimeoutError):
            # Not `wait_for`: it forgets a cancellation that comes in the moment in which `wake` is set.
            async with asyncio.timeout(seconds):
                await wake.wait()


class VirtualClock:
    """A clock that stands still until it is told to go on: a month passes as fast as its work is done."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        """Moves on by `by`; never backwards."""
        self.advance_to(self._now + by)

    def advance_to(self, when: datetime) -> None:
        """Moves on to `when`; a moment that has passed changes nothing."""
        self._now = max(self._now, when.astimezone(UTC))

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        if until is not None and until <= self._now:
            return
        await wake.wait()
