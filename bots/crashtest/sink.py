"""What is outside of the servers: the providers of the channels, and a shop that scripts order from."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tasktalk.bots.crashtest.channels import PROVIDERS
from tasktalk.bots.crashtest.ways.provider import Provider, Take
from tasktalk.bots.crashtest.ways.screens import Refusals, Screens

LOOPBACK = "127.0.0.1"


class Sink:
    """Listens on loopback while it is entered. What is told besides messages, such as that a bot writes, is let go."""

    def __init__(self, chance: random.Random, *, is_failing: bool) -> None:
        """The channels of a failing one refuse half of their calls; half of what they refuse they have taken all the
        same."""
        self.screens, refusals = Screens(), Refusals(chance, is_failing=is_failing)
        self.providers: Sequence[Provider] = [kind(self.screens, refusals) for kind in PROVIDERS]
        self.orders: defaultdict[str, dict[str, str]] = defaultdict(dict)
        """What each contact's talk has ordered, by the key of the order, in the order of its coming. One that comes
        again is known by its key, and taken once."""
        self.orders_made: Counter[str] = Counter()
        self.url = ""
        app = web.Application()
        for provider in self.providers:
            for method, path, take in provider.routes():
                app.router.add_route(method, path, _handler(take))
        app.router.add_post("/order", _handler(self._take_order))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, 0, backlog=1024).start()
        self.url = f"http://{LOOPBACK}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    @property
    def ordered_again(self) -> int:
        """How many orders came more than once, with the same key."""
        return sum(times > 1 for times in self.orders_made.values())

    def _take_order(self, request: web.Request, sent: Any) -> web.Response:
        key, orders = request.headers["Idempotency-Key"], self.orders[str(sent["contact"])]
        self.orders_made[key] += 1
        orders.setdefault(key, str(sent["text"]))
        return web.json_response({"number": list(orders).index(key) + 1})


def _handler(take: Take) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A request that a kill has cut off is none."""

    async def handle(request: web.Request) -> web.Response:
        try:
            sent = await request.json() if request.can_read_body else None
        except (json.JSONDecodeError, ConnectionError):
            return web.Response(status=400)
        return take(request, sent)

    return handle
