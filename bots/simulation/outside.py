"""What stands in a simulation for everything outside: it asks and sends nothing, and notes what would have been."""

from collections.abc import Callable
from typing import Any

from tasktalk.bots.outside.addresses import checked
from tasktalk.bots.outside.addresses import forbid_private as forbid
from tasktalk.bots.simulation.calendar import Entry, Kind
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.ports import HookCall, Letter, Request


class Recorder:
    """Web, mail and webhooks in one. Other services answer scripts with an empty record."""

    def __init__(self, clock: Clock, note: Callable[[Entry], None]) -> None:
        self._clock, self._note = clock, note

    async def ask(self, request: Request) -> Any:
        """What a script asks of the web. Refuses an address as the real services do."""
        url = checked(request.address)
        forbid(url, ())
        self._add("web", f"{request.verb} {url.host or ''}")
        return {}

    async def send(self, letter: Letter) -> None:
        """A mail."""
        self._add("mail", f"to {letter.address}: {letter.subject}")

    def check(self, url: str) -> None:
        """Refuses `invalid-url` and `forbidden-address`."""
        forbid(checked(url), ())

    async def call(self, call: HookCall) -> None:
        """A call of somebody's webhook. The host alone is noted: the rest of an address may hold secrets."""
        self._add("webhook", f"POST {checked(call.url).host or ''}")

    def _add(self, kind: Kind, text: str) -> None:
        self._note(Entry(self._clock.now(), kind, None, "", text))
