"""What is outside of the servers: the other side of the fake channel, which counts what is delivered by the message's
id, and a shop that scripts order from, which counts orders by their key.
"""

import asyncio
import json
import random
from collections import Counter, defaultdict
from contextlib import suppress
from types import TracebackType
from typing import Self

from aiohttp import web

LOOPBACK = "127.0.0.1"


class Sink:
    """Listens on loopback while it is entered. What comes twice with one id is taken once, as a good provider does."""

    def __init__(self, chance: random.Random, *, is_failing: bool) -> None:
        """A failing one refuses half of its calls; half of what it refuses it has taken all the same."""
        self.calls: Counter[str] = Counter()
        self.texts: defaultdict[str, list[str]] = defaultdict(list)
        """What each contact got, in the order of its coming."""
        self.orders: defaultdict[str, dict[str, str]] = defaultdict(dict)
        """What each contact's talk has ordered, by the key of the order, in the order of its coming."""
        self.orders_made: Counter[str] = Counter()
        self.url = ""
        self._chance, self._is_failing = chance, is_failing
        self._to_refuse: dict[str, int] = {}
        self._taken: set[str] = set()
        self._news: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        app = web.Application()
        app.router.add_post("/", self._take)
        app.router.add_post("/order", self._take_order)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, 0, backlog=1024).start()
        self.url = f"http://{LOOPBACK}:{self._runner.addresses[0][1]}/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def heard(self, contact: str, prefix: str) -> str:
        """The first text with this beginning that the contact gets, or has got; without the beginning."""
        while True:
            for text in self.texts[contact]:
                if text.startswith(prefix):
                    return text.removeprefix(prefix)
            self._news[contact].clear()
            await self._news[contact].wait()

    async def _take(self, request: web.Request) -> web.Response:
        with suppress(json.JSONDecodeError, ConnectionError):
            sent = await request.json()
            message_id, contact, text = str(sent["id"]), str(sent["contact"]), str(sent["text"])
            self.calls[message_id] += 1
            is_refused = self._is_refused(message_id)
            is_taken = not is_refused or self._chance.random() < 0.5
            if is_taken and message_id not in self._taken:
                self._taken.add(message_id)
                self.texts[contact].append(text)
                self._news[contact].set()
            return web.Response(status=500 if is_refused else 200)
        return web.Response(status=400)

    async def _take_order(self, request: web.Request) -> web.Response:
        with suppress(json.JSONDecodeError, ConnectionError):
            key, sent = request.headers["Idempotency-Key"], await request.json()
            orders = self.orders[str(sent["contact"])]
            self.orders_made[key] += 1
            orders.setdefault(key, str(sent["text"]))
            return web.json_response({"number": list(orders).index(key) + 1})
        return web.Response(status=400)

    def _is_refused(self, message_id: str) -> bool:
        # None, one or two of a message's calls: half of all calls, and never so many that the message is given up.
        left = self._to_refuse.setdefault(message_id, self._chance.randint(0, 2) if self._is_failing else 0)
        self._to_refuse[message_id] = left - 1
        return left > 0
