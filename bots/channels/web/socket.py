"""The WebSocket of the web chat."""

import asyncio
from contextlib import suppress
from weakref import WeakSet

from aiohttp import WSCloseCode, WSMsgType, web

from tasktalk.bots.api.body import json_value
from tasktalk.bots.api.problems import Problem
from tasktalk.bots.channels.bodies import read_as
from tasktalk.bots.channels.web.door import Door
from tasktalk.bots.channels.web.protocol import MAX_FRAME_BYTES, Frame, Hello, Say, error
from tasktalk.bots.channels.web.talk import Send

HELLO_SECONDS = 15.0
MAX_REASON_BYTES = 123
"""What fits into a frame of WebSocket's that closes."""


class Socket:
    """`GET /chat/BOT/socket`."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._open: WeakSet[web.WebSocketResponse] = WeakSet()

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """One connection of a page."""
        try:
            bot = self._door.bot(request)
        except Problem as problem:  # no page can read why: the browser keeps it to itself
            raise (web.HTTPForbidden if problem.status == 403 else web.HTTPNotFound)(text=problem.message) from None
        socket = web.WebSocketResponse(heartbeat=25.0, max_msg_size=MAX_FRAME_BYTES)
        await socket.prepare(request)
        self._open.add(socket)
        try:
            hello = read_as(Hello, json_value(await socket.receive_str(timeout=HELLO_SECONDS), "hello"))
        except (Problem, TypeError, TimeoutError) as wrong:
            why = wrong.message if isinstance(wrong, Problem) else "expected a hello"
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=why.encode()[:MAX_REASON_BYTES])
            return socket

        async def send(frame: Frame) -> None:
            with suppress(ConnectionError):
                await socket.send_json(frame)

        async def let_go(code: WSCloseCode, why: str) -> None:
            await socket.close(code=code, message=why.encode())

        async def serve() -> None:
            try:
                await self._door.admit(request, bot, hello.contact)
            except Problem as problem:
                await let_go(WSCloseCode.TRY_AGAIN_LATER, problem.message)
                return
            async with talk.carried(await talk.begin(), self._door.greeting):
                await self._hear(socket, bot, hello.contact, send)

        talk = self._door.talk(request, bot, hello.contact, hello.after, send, let_go)
        await talk.or_let_go(serve)
        return socket

    async def close(self) -> None:
        """The server stops."""
        ends = (socket.close(code=WSCloseCode.GOING_AWAY, message=b"the server stops") for socket in list(self._open))
        await asyncio.gather(*ends, return_exceptions=True)

    async def _hear(self, socket: web.WebSocketResponse, bot: str, contact: str, send: Send) -> None:
        """Takes in what the page says until it goes."""
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                break
            message_id = None
            try:
                value = json_value(frame.data, "message")
                message_id = _id_of(value)
                said = read_as(Say, value)
                await self._door.hear(bot, contact, said)
            except Problem as problem:
                await send(error(problem, message_id))


def _id_of(value: object) -> str | None:
    """The id of a frame that may be wrong in other ways, so that its page knows which of its messages was not taken."""
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) and found.isprintable() else None
