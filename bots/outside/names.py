"""Looks up addresses by names of hosts, so that a name that nobody answers for keeps nothing else waiting.

Python looks them up in the few threads in which a server also writes files and reads dates, and where the name server
is silent, each look-up takes ten seconds and more.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any, Final, TypeAlias

MOST: Final = 64
"""How many different names are looked up at a time."""

_Asked: TypeAlias = tuple[Any, ...]
_Found: TypeAlias = list[Any]


class _LookUp:
    """One name, and how many wait for its addresses."""

    def __init__(self) -> None:
        self.askers = 0
        self.has_begun = False
        self.task: asyncio.Task[_Found]


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose look-ups have threads of their own. Those who ask for the same at once share one, and a
    process that ends waits for none."""

    def __init__(self) -> None:
        super().__init__()
        self._under_way: dict[_Asked, _LookUp] = {}
        self._places = asyncio.Semaphore(MOST)

    async def getaddrinfo(
        self,
        host: Any,
        port: Any,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 - asyncio calls it so
        proto: int = 0,
        flags: int = 0,
    ) -> _Found:
        """What `socket.getaddrinfo` gives, or its error."""
        asked = (host, port, family, type, proto, flags)
        under_way = self._under_way.get(asked) or self._begin(asked)
        under_way.askers += 1
        try:
            return await asyncio.shield(under_way.task)  # who gives up leaves the others their answer
        finally:
            under_way.askers -= 1
            if not under_way.askers and not under_way.has_begun:
                self._end(asked, under_way)  # who asks next is not to find it
                under_way.task.cancel()  # a name that nobody waits for takes no place

    def _begin(self, asked: _Asked) -> _LookUp:
        under_way = self._under_way[asked] = _LookUp()
        under_way.task = self.create_task(self._look_up(asked, under_way))
        under_way.task.add_done_callback(lambda _: self._end(asked, under_way))
        return under_way

    def _end(self, asked: _Asked, look_up: _LookUp) -> None:
        if self._under_way.get(asked) is look_up:
            del self._under_way[asked]
        if look_up.task.done() and not look_up.task.cancelled():
            look_up.task.exception()  # all who asked may have given up: then it is nobody's error

    async def _look_up(self, asked: _Asked, look_up: _LookUp) -> _Found:
        async with self._places:
            look_up.has_begun = True
            found: asyncio.Future[_Found] = self.create_future()

            def look() -> None:
                tell: Callable[[], None]
                try:
                    addresses = socket.getaddrinfo(*asked)
                except Exception as error:
                    tell = _unless_done(found, found.set_exception, error)
                else:
                    tell = _unless_done(found, found.set_result, addresses)
                with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                    self.call_soon_threadsafe(tell)

            Thread(target=look, name="look-up", daemon=True).start()
            return await found


def _unless_done(found: asyncio.Future[_Found], tell: Callable[[Any], None], what: object) -> Callable[[], None]:
    return lambda: None if found.done() else tell(what)
