"""What is outside of the servers: the providers of both channels, and a shop that scripts order from.

A message or an order that comes again is known by its id or key, and taken once. Telegram has none for messages: there
one is known because the same text comes twice running, which no talk of a crash test has.
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
    """Listens on loopback while it is entered. What is told besides messages, such as that a bot writes, is let go."""

    def __init__(self, chance: random.Random, *, is_failing: bool) -> None:
        """A failing one refuses half of its calls; half of what it refuses it has taken all the same."""
        self.calls: Counter[str] = Counter()
        self.texts: defaultdict[str, list[str]] = defaultdict(list)
        """What each contact got, in the order of its coming, without what came twice."""
        self.came_twice = 0
        """How many messages the contacts of Telegram saw again."""
        self.orders: defaultdict[str, dict[str, str]] = defaultdict(dict)
        """What each contact's talk has ordered, by the key of the order, in the order of its coming."""
        self.orders_made: Counter[str] = Counter()
        self.url = ""
        self._chance, self._is_failing = chance, is_failing
        self._to_refuse: dict[str, int] = {}
        self._taken: set[str] = set()
        self._news: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        app = web.Application()
        app.router.add_post("/push", self._take)
        app.router.add_post("/bot{token}/{method}", self._take_telegram)
        app.router.add_post("/order", self._take_order)
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

    async def heard(self, contact: str, prefix: str, number: int = 1) -> str:
        """The first text with this beginning that the contact gets, or has got, or the so manieth; without the
        beginning."""
        while True:
            found = [text for text in self.texts[contact] if text.startswith(prefix)]
            if len(found) >= number:
                return found[number - 1].removeprefix(prefix)
            self._news[contact].clear()
            await self._news[contact].wait()

    async def _take(self, request: web.Request) -> web.Response:
        with suppress(json.JSONDecodeError, ConnectionError):
            told = await request.json()
            if told["type"] != "message":
                return web.Response()
            sent = told["data"]
            message_id = str(sent["id"])
            self.calls[message_id] += 1
            is_refused = self._is_refused(message_id)
            if message_id not in self._taken and self._is_taken(is_refused):
                self._taken.add(message_id)
                self._show(str(sent["contact"]), str(sent["text"]))
            return web.Response(status=500 if is_refused else 200)
        return web.Response(status=400)

    async def _take_telegram(self, request: web.Request) -> web.Response:
        with suppress(json.JSONDecodeError, ConnectionError):
            sent = await request.json()
            if request.match_info["method"] != "sendMessage":
                return web.json_response({"ok": True, "result": True})
            contact, text = str(sent["chat_id"]), str(sent["text"])
            is_refused = self._is_refused(f"{contact} {text}")
            if self._is_taken(is_refused):
                if self.texts[contact][-1:] == [text]:
                    self.came_twice += 1
                else:
                    self._show(contact, text)
            answer = {"ok": not is_refused, "result": {"message_id": 1}}
            return web.json_response(answer, status=500 if is_refused else 200)
        return web.Response(status=400)

    def _is_taken(self, is_refused: bool) -> bool:
        return not is_refused or self._chance.random() < 0.5

    def _show(self, contact: str, text: str) -> None:
        self.texts[contact].append(text)
        self._news[contact].set()

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
