"""The chat page and its WebSocket: one conversation on one screen, complete over lost connections.

The page says who it is and the number of the last message that it has; it gets every later one, in order, and again
after the next connect. What it says has an id of its own, so that saying it again changes nothing. The first hello of a
contact starts the talk. All frames are JSON objects with a `type`: hello and say come in; welcome, message, typing and
error go out.
"""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from typing import Annotated, Literal
from weakref import WeakSet

from aiohttp import WSCloseCode, WSMsgType, web
from pydantic import AfterValidator, BaseModel, Field, StrictInt, StrictStr, ValidationError

from tasktalk.bots.api.services import Services
from tasktalk.bots.channels.texts import storable
from tasktalk.bots.origins import is_same_origin
from tasktalk.bots.page_files import PAGES
from tasktalk.runtime.engine import Stopped
from tasktalk.runtime.ports import Inbound, Message, Receipt, TurnReport
from tasktalk.storage.errors import DatabaseError

START = "start"  # the id of the message that opens a conversation: nobody wrote it, so it has no text
MAX_FRAME_BYTES = 64 * 1024
MAX_UNREAD_TURNS = 100
HELLO_SECONDS = 15.0

_log = logging.getLogger("tasktalk.web")


class Hello(BaseModel):
    """The first frame. `contact` is the page's secret: whoever knows it reads along."""

    type: Literal["hello"]
    contact: Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9_-]{20,80}$")]
    after: Annotated[StrictInt, Field(ge=0, le=2**53)] = 0


class Say(BaseModel):
    """What the person wrote."""

    type: Literal["say"]
    id: Annotated[StrictStr, Field(min_length=8, max_length=80), AfterValidator(storable)]
    text: Annotated[StrictStr, Field(min_length=1, max_length=8_000), AfterValidator(storable)]


class WebChat:
    """The page at `/chat/<bot>` and the socket behind it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._open: WeakSet[web.WebSocketResponse] = WeakSet()
        self._connections: WeakSet[Connection] = WeakSet()
        services.engine.watch(self._watch)

    def add_to(self, app: web.Application) -> None:
        """Adds the routes, and closes the sockets when the server stops."""
        app.router.add_get("/chat/{bot}", self.page)
        app.router.add_get("/chat/{bot}/socket", self.socket)
        app.on_shutdown.append(self._close)

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The chat page of a bot."""
        self._bot(request)
        return web.FileResponse(PAGES / "chat.html")

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        """One connection of a page."""
        bot = self._bot(request)
        if not is_same_origin(request):
            raise web.HTTPForbidden(text="A page of another site cannot talk to this bot.")
        socket = web.WebSocketResponse(heartbeat=25.0, max_msg_size=MAX_FRAME_BYTES)
        await socket.prepare(request)
        self._open.add(socket)
        try:
            hello = Hello.model_validate_json(await socket.receive_str(timeout=HELLO_SECONDS))
        except (ValidationError, TypeError, TimeoutError):
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"expected a hello")
            return socket
        connection = Connection(self._services, socket, bot, hello)
        self._connections.add(connection)
        await connection.or_close(connection.serve())
        return socket

    def _watch(self, report: TurnReport) -> None:
        for connection in list(self._connections):
            connection.turned(report)

    def _bot(self, request: web.Request) -> str:
        bot = request.match_info["bot"]
        if not self._services.bots.is_bot(bot):
            raise web.HTTPNotFound(text=f"There is no bot {bot} here.")
        return bot

    async def _close(self, app: web.Application) -> None:
        for socket in list(self._open):
            await socket.close(code=WSCloseCode.GOING_AWAY, message=b"the server stops")


class Connection:
    """One page that is connected, until it goes."""

    def __init__(self, services: Services, socket: web.WebSocketResponse, bot: str, hello: Hello) -> None:
        self._engine = services.engine
        self._socket = socket
        self._bot, self._contact, self._after = bot, hello.contact, hello.after
        self._turns: set[asyncio.Task[None]] = set()
        self._conversation_id: str | None = None
        self._is_typing = False  # as the script says it, while it waits

    def turned(self, report: TurnReport) -> None:
        """A turn of some conversation was committed: shows the bot writing as long as its script says so."""
        if report.conversation_id != self._conversation_id:
            return
        is_typing = report.is_typing and report.status == "waiting"
        if is_typing == self._is_typing:
            return
        self._is_typing = is_typing
        if not self._turns:
            self._keep(self._show_typing(is_typing))

    async def serve(self) -> None:
        """Carries messages both ways until the page or the server closes."""
        receipt = await self._say(START, "")
        self._conversation_id = receipt.conversation_id
        await self._send({"type": "welcome"})
        tell = asyncio.create_task(self.or_close(self._tell(receipt.conversation_id)))
        self._think(receipt)
        try:
            async for frame in self._socket:
                if frame.type is not WSMsgType.TEXT:
                    break
                await self._hear(frame.data)
        finally:
            for task in (tell, *self._turns):
                task.cancel()
            await asyncio.gather(tell, *self._turns, return_exceptions=True)

    async def or_close(self, work: Coroutine[None, None, None]) -> None:
        """Does the work; where it fails the page is let go, so that it comes back and asks for what it misses."""
        try:
            await work
        except Stopped:
            await self._socket.close(code=WSCloseCode.GOING_AWAY, message=b"the server stops")
        except DatabaseError as away:
            _log.warning("a chat page of %s is let go: %s", self._bot, away)
            await self._socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"the database cannot be used")
        except Exception:
            _log.exception("a chat page of %s is let go", self._bot)
            await self._socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"something failed here")

    async def _hear(self, frame: str) -> None:
        try:
            said = Say.model_validate_json(frame)
        except ValidationError:
            await self._send({"type": "error", "message": "That message could not be read."})
            return
        if len(self._turns) >= MAX_UNREAD_TURNS:
            await self._send({"type": "error", "id": said.id, "message": "Too many messages at once: please wait."})
            return
        self._think(await self._say(said.id, said.text))

    def _think(self, receipt: Receipt) -> None:
        self._keep(self._turn(receipt))

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        turn = asyncio.create_task(self.or_close(work))
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)

    async def _turn(self, receipt: Receipt) -> None:
        """Shows that the bot is at work while it is."""
        await self._show_typing(True)
        await self._engine.answer(receipt)
        if len(self._turns) == 1:
            await self._show_typing(self._is_typing)

    async def _show_typing(self, is_typing: bool) -> None:
        await self._send({"type": "typing", "is_typing": is_typing})

    async def _say(self, message_id: str, text: str) -> Receipt:
        return await self._engine.receive(Inbound(self._bot, "web", self._contact, text, message_id))

    async def _tell(self, conversation_id: str) -> None:
        """Sends what is new in the conversation, for as long as the page is there."""
        while True:
            changed = self._engine.bells.of(conversation_id)
            while found := await self._engine.messages(conversation_id, self._after):
                for message in found:
                    await self._send(frame(message))
                    self._after = message.sequence
            await changed.wait()

    async def _send(self, what: dict[str, object]) -> None:
        with suppress(ConnectionError):
            await self._socket.send_json(what)


def frame(message: Message) -> dict[str, object]:
    """A message as the page gets it."""
    return {
        "type": "message",
        "sequence": message.sequence,
        "direction": message.direction,
        "id": message.provider_id,
        "text": message.words,
        "suggestions": message.suggestions,
        "is_secret": message.is_secret,
        "at": message.created_at.isoformat(),
    }
