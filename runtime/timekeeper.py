"""The timekeeper: looks for what is due whenever something is, and sleeps between."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from tasktalk.runtime.clock import Clock
from tasktalk.runtime.seldom import Trouble

RETRY_SECONDS = 5.0

_log = logging.getLogger("tasktalk.engine")


class Timekeeper:
    """Calls `look` at once, when the next thing is due, and whenever it is woken, from `start` to `stop`."""

    def __init__(
        self,
        clock: Clock,
        look: Callable[[], Awaitable[object]],
        next_due: Callable[[datetime], Awaitable[datetime | None]],
        clean_at: Callable[[], datetime],
        failed: Callable[[], None],
    ) -> None:
        """`next_due` gives when something is due next after a moment, `clean_at` when it is time to clean up: nobody
        is late who only does that late. `failed` is called when nothing could be looked for, which is tried again
        after RETRY_SECONDS of real time."""
        self._clock, self._look, self._next_due = clock, look, next_due
        self._clean_at, self._failed = clean_at, failed
        self._woken = asyncio.Event()
        self._next: datetime | None = None  # what it waits for, or while it looks, the soonest new timer
        self._behind_since: datetime | None = None  # since when it has not got through a look
        self._task: asyncio.Task[None] | None = None
        self._trouble = Trouble(
            _log, "the time cannot be kept, which is tried again until it can: %s", "the time is kept again"
        )
        self.wakes = 0
        """How often it was woken: who looks meanwhile may have missed why."""
        self.is_waiting = False
        """Whether it has got through a look and waits for the next one."""

    @property
    def is_kept(self) -> bool:
        """Whether it runs."""
        return self._task is not None and not self._task.done()

    @property
    def late_seconds(self) -> float:
        """By how much it is late at this moment."""
        late = self._behind_since or self._next
        return max(0.0, (self._clock.now() - late).total_seconds()) if late and self.is_kept else 0.0

    def start(self) -> None:
        """Begins to look."""
        self._task = asyncio.create_task(self._keep_time())

    async def stop(self) -> None:
        """Looks no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def wake(self) -> None:
        """There may be something to be done now."""
        self.wakes += 1
        self._woken.set()

    def note(self, due_at: datetime | None) -> None:
        """It must look at this moment at the latest. A commit may come between its reading and its wait."""
        if due_at is not None and (self._next is None or due_at < self._next):
            self._next = due_at
            if self.is_waiting:
                self._woken.set()

    async def _keep_time(self) -> None:
        while True:
            self._woken.clear()
            self._next, self.is_waiting = None, False
            self._behind_since = self._behind_since or self._clock.now()
            try:
                now = self._clock.now()
                await self._look()
                # What is due by now has been given out, and must not wake us again while it is being done.
                found = await self._next_due(now)
            except Exception as error:
                self._trouble.comes(error)
                self._failed()
                await asyncio.sleep(RETRY_SECONDS)
                continue
            self._trouble.ends()
            self.note(found)
            self.is_waiting, self._behind_since = True, None
            clean_at = self._clean_at()
            await self._clock.wait(self._woken, min(self._next or clean_at, clean_at))
