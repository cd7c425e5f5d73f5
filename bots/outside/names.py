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


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose look-ups have threads of their own. Those who ask for the same at once share one, and a
    process that ends waits for none."""

    def __init__(self) -> None:
        super().__init__()
        self._under_way: dict[_Asked, asyncio.Task[_Found]] = {}
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
        under_way = self._under_way.get(asked)
        if under_way is None:
            under_way = self._under_way[asked] = self.create_task(self._look_up(asked))
            under_way.add_done_callback(lambda _: self._under_way.pop(asked))
        return await asyncio.shield(under_way)  # who gives up leaves the others their answer

    async def _look_up(self, asked: _Asked) -> _Found:
        async with self._places:
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
