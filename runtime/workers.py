"""Work by key: one piece at a time for each key, many keys at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from contextvars import copy_context

from tasktalk.runtime.seldom import Trouble
from tasktalk.storage.errors import DatabaseError

RETRY_SECONDS = 5.0
STOP_SECONDS = 3.0

_log = logging.getLogger("tasktalk.engine")


class Workers:
    """Calls `work(key)` for each key that was poked, and once more for one that was poked meanwhile.

    At most `limit` are under way at once, beside those that have stepped aside. Where `work` raises, it is called again
    after RETRY_SECONDS of real time.
    """

    def __init__(
        self, work: Callable[[str], Awaitable[None]], limit: int, told: Callable[[str], None] = lambda _: None
    ) -> None:
        """`told` is called with each key whose work has failed."""
        self._told = told
        self._work, self._limit, self._context = work, limit, copy_context()
        self._ready: dict[str, None] = {}
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._aside: set[str] = set()  # of the busy ones
        self._again: set[str] = set()
        self._is_idle = asyncio.Event()
        self._is_idle.set()
        self._is_stopped = False
        self._away = Trouble(
            _log,
            "%s could not go on; it is tried again, as are all others whom this befalls: %s",
            "what was tried again goes on",
        )
        self._refused: set[str] = set()  # the keys whose work met a database that is away, until it has gone well
        self.failed: dict[str, Exception] = {}
        """The keys whose work raised something, until they are poked again."""

    @property
    def is_idle(self) -> bool:
        return self._is_idle.is_set()

    @property
    def busy(self) -> Collection[str]:
        """The keys whose work is under way."""
        return self._busy.keys()

    @property
    def busy_count(self) -> int:
        """For how many keys something is being done."""
        return len(self._busy)

    @property
    def ready_count(self) -> int:
        """How many keys stand in line."""
        return len(self._ready)

    def poke(self, key: str) -> None:
        """There is something to do for this key."""
        if self._is_stopped:
            return
        if key in self._busy:
            self._again.add(key)
            return
        self.failed.pop(key, None)
        self._ready[key] = None
        self._is_idle.clear()
        self._start()

    def step_aside(self, key: str) -> None:
        """The work for this key goes on for longer than most does: others begin in its place."""
        if key in self._busy:
            self._aside.add(key)
            self._start()

    async def idle(self) -> None:
        """Returns when nothing is being done."""
        await self._is_idle.wait()

    async def stop(self) -> None:
        """Takes up nothing more; what has begun may end within STOP_SECONDS, and is then cancelled."""
        self._is_stopped = True
        self._ready.clear()
        begun = list(self._busy.values())
        if begun:
            _, late = await asyncio.wait(begun, timeout=STOP_SECONDS)
            for work in late:
                work.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _retry(self, key: str, error: Exception) -> None:
        if self.failed.get(key) is error:  # else it was poked meanwhile, and has a later date if it failed again
            self.poke(key)

    def _start(self) -> None:
        while self._ready and len(self._busy) - len(self._aside) < self._limit:
            key = next(iter(self._ready))
            del self._ready[key]
            # Not in the context of whoever poked: what that is about, or that it reads, is not so of this work.
            self._busy[key] = asyncio.create_task(self._run(key), context=self._context.copy())

    async def _run(self, key: str) -> None:
        try:
            await self._work(key)
        except Exception as error:
            if type(error) is DatabaseError:  # else it is about what is stored for this key
                self._refused.add(key)
                self._away.comes(error, key)
            else:
                self._refused.discard(key)
                is_ours = not isinstance(error, DatabaseError)  # of others the message says all
                _log.error("%s could not go on; it is tried again: %s", key, error, exc_info=is_ours)
            self.failed[key] = error
            self._told(key)
            asyncio.get_running_loop().call_later(RETRY_SECONDS, self._retry, key, error)
        else:
            self._refused.discard(key)
            if not self._refused:  # else this one may have had nothing to write
                self._away.ends()
        finally:
            del self._busy[key]
            self._aside.discard(key)
            if key in self._again:
                self._again.discard(key)
                self.poke(key)
            self._start()
            if not self._busy and not self._ready:
                self._is_idle.set()
