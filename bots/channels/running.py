"""What channels do by themselves while they are there: looked after, so that a failure ends nothing for good."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from tasktalk.bots.channels.adapter import Adapter
from tasktalk.runtime.clock import Clock

FIRST_PAUSE: Final = timedelta(seconds=2)
LONGEST_PAUSE: Final = timedelta(minutes=5)

_log = logging.getLogger("tasktalk.channels")


class Pauses:
    """Waits for moments of a clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._woken = clock, asyncio.Event()

    async def until(self, when: datetime) -> None:
        """Returns when the moment has come."""
        while self._clock.now() < when:
            self._woken.clear()
            await self._clock.wait(self._woken, when)

    def wake(self) -> None:
        """The clock may have gone on, for one that does not go by itself."""
        self._woken.set()


class Running:
    """Runs what each of some channels does by itself, from `start` to `stop`.

    What fails is logged and tried again, after two seconds, then after twice as long each time, up to five minutes.
    """

    def __init__(self, clock: Clock, pauses: Pauses) -> None:
        self._clock, self._pauses = clock, pauses
        self._tasks: dict[Adapter[Any], asyncio.Task[None]] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._is_on = False

    def start(self, adapters: Mapping[str, Adapter[Any]]) -> None:
        """From now on they run."""
        self._is_on = True
        self.become(adapters)

    def become(self, adapters: Mapping[str, Adapter[Any]]) -> None:
        """From now on these run: those that did go on, others end."""
        if not self._is_on:
            return
        for adapter in self._tasks.keys() - set(adapters.values()):
            task = self._tasks.pop(adapter)
            task.cancel()
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)
        for name, adapter in adapters.items():
            if adapter not in self._tasks:
                self._tasks[adapter] = asyncio.create_task(self._keep_running(name, adapter))

    async def stop(self) -> None:
        """Nothing runs any more when this returns."""
        self.become({})
        self._is_on = False
        await asyncio.gather(*self._ending, return_exceptions=True)

    async def _keep_running(self, name: str, adapter: Adapter[Any]) -> None:
        pause = FIRST_PAUSE
        while True:
            began = self._clock.now()
            try:
                await adapter.run()
            except Exception as error:
                is_away = isinstance(error, ConnectionError)  # its message says all
                if self._clock.now() - began > pause:
                    pause = FIRST_PAUSE
                _log.error(
                    "the channel %s cannot hear, and tries again in %d seconds: %s",
                    *(name, pause.total_seconds(), error),
                    exc_info=None if is_away else error,
                )
            else:
                return
            await self._pauses.until(self._clock.now() + pause)
            pause = min(2 * pause, LONGEST_PAUSE)
