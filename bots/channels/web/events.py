"""The web chat where WebSockets cannot pass: what is new as a stream of events, what is said by POST; and files,
which come by POST alone.

The contact's secret goes in the header Authorization, so that no log of addresses has it. A message's event has its
number as the id: whoever comes back with `Last-Event-ID`, or `?after=`, gets every later one.
"""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Final
from weakref import WeakSet

from aiohttp import WSCloseCode, web
from aiohttp.typedefs import Handler
from pydantic import TypeAdapter

from tasktalk.bots.api import cross_origin
from tasktalk.bots.api.body import json_object
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.api.routing import Endpoint, mounted, plain_answer
from tasktalk.bots.channels.bodies import read_as
from tasktalk.bots.channels.web.door import Door
from tasktalk.bots.channels.web.protocol import MAX_FRAME_BYTES, After, Frame, Said

HEARTBEAT_SECONDS = 15.0
"""After how much silence a comment goes out: shorter than the patience of proxies, and of the page."""
RETRY_MS = 2000

_AFTER: TypeAdapter[int] = TypeAdapter(After)
_HEADERS: Final = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",  # nginx would hold the events back until there are many
}


class Events:
    """`GET /chat/BOT/events`, `POST /chat/BOT/say` and `POST /chat/BOT/files`."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._open: WeakSet[asyncio.Event] = WeakSet()

    def routes(self) -> Sequence[web.RouteDef]:
        """All, as pages of other sites may ask for them, too: each is told whether it may talk here."""
        endpoints = [
            Endpoint("/{bot}/events", {"GET": self.stream}),
            Endpoint("/{bot}/say", {"POST": self.say}, most_bytes=MAX_FRAME_BYTES),
            Endpoint("/{bot}/files", {"POST": self.upload}),
        ]
        routes = mounted(["/chat"], endpoints, plain_answer)
        return [web.route(route.method, route.path, _readable(route.handler)) for route in routes]

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """What is new, until the page goes or the server stops."""
        bot, contact, after = self._door.bot(request), self._door.contact(request), _after(request)
        if request.method == "HEAD":
            return web.Response(headers=_HEADERS)
        await self._door.admit(request, bot, contact)
        answer, over = web.StreamResponse(headers=_HEADERS), asyncio.Event()

        async def write(text: str) -> None:
            try:
                await answer.write(text.encode())
            except ConnectionError:
                over.set()

        async def send(frame: Frame) -> None:
            number = f"id: {frame['sequence']}\n" if "sequence" in frame else ""
            await write(f"{number}data: {json.dumps(frame, ensure_ascii=False)}\n\n")

        async def let_go(code: WSCloseCode, why: str) -> None:
            over.set()

        talk = self._door.talk(request, bot, contact, after, send, let_go)
        begun = await talk.begin()
        await answer.prepare(request)
        self._open.add(over)
        await write(f"retry: {RETRY_MS}\n\n")
        async with talk.carried(begun, self._door.greeting):
            while not over.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(over.wait(), HEARTBEAT_SECONDS)
                    break
                await write(": still here\n\n")
        return answer

    async def say(self, request: web.Request) -> web.Response:
        """Takes in a message: it is on disk when this answers."""
        bot, contact = self._door.bot(request), self._door.contact(request)
        said = read_as(Said, await json_object(request))
        await self._door.admit(request, bot, contact)
        receipt = await self._door.hear(bot, contact, said)
        return web.json_response({"id": said.id, "is_repeat": receipt.is_repeat}, status=202)

    async def upload(self, request: web.Request) -> web.Response:
        """Takes in a file, for a message that names it by what this answers."""
        bot, contact = self._door.bot(request), self._door.contact(request)
        return web.json_response(await self._door.upload(request, bot, contact), status=201)

    async def close(self) -> None:
        """The server stops."""
        for over in list(self._open):
            over.set()


def _after(request: web.Request) -> int:
    """The number of the last message that the page has. Raises Problem `invalid_request`."""
    given = request.headers.get("Last-Event-ID") or request.query.get("after") or "0"
    try:
        if not given.isascii() or not given.isdigit():
            raise ValueError(given)
        return _AFTER.validate_python(int(given))
    except ValueError:
        raise Problem("invalid_request", "expected after to be the number of a message") from None


def _readable(handler: Handler) -> Handler:
    """Lets whoever asks read the answer: a page that may not talk here has to be able to tell why."""

    async def answering(request: web.Request) -> web.StreamResponse:
        if "Origin" in request.headers:
            request[cross_origin.ALLOWED] = frozenset({request.headers["Origin"]})
        return await handler(request)

    return answering
