"""What stands in a simulation for everything outside: it asks and sends nothing, and notes what would have been."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from yarl import URL

from tasktalk.bots.outside.addresses import checked, forbid_private
from tasktalk.bots.simulation.calendar import Entry, Kind
from tasktalk.bots.simulation.told import Mail
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.ports import Fetched, HookCall, Letter, Request

T = TypeVar("T")


class Recorder:
    """Web, mail and webhooks in one. Other services answer scripts with an empty record, or an empty file."""

    def __init__(self, clock: Clock, note: Callable[[Entry], None], mails: list[Mail]) -> None:
        self._clock, self._note, self._mails = clock, note, mails

    async def ask(self, request: Request) -> Any:
        """What a script asks of the web. Refuses an address as the real services do."""
        self._asked(request)
        return {}

    async def fetch(self, request: Request, take: Callable[[Fetched], Awaitable[T]]) -> T:
        """A file that a script takes from the web. Refuses as `ask` does."""
        return await take(Fetched(self._asked(request).name, None, _nothing()))

    async def send(self, letter: Letter) -> None:
        """A mail: whose it is, the rows tell in the end."""
        self._mails.append((self._clock.now(), letter))

    def check(self, url: str) -> None:
        """Refuses `invalid-url` and `forbidden-address`."""
        forbid_private(checked(url), ())

    async def call(self, call: HookCall) -> None:
        """A call of somebody's webhook. The host alone is noted: the rest of an address may hold secrets."""
        self._add("webhook", f"POST {checked(call.url).host or ''}")

    def _asked(self, request: Request) -> URL:
        url = checked(request.address)
        forbid_private(url, ())
        self._add("web", f"{request.verb} {url.host or ''}")
        return url

    def _add(self, kind: Kind, text: str) -> None:
        self._note(Entry(self._clock.now(), kind, None, "", text))


async def _nothing() -> AsyncIterator[bytes]:
    yield b""
