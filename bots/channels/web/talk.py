"""One page's part in its conversation, however it is connected: what it says comes in, what is new goes out to it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeAlias

from aiohttp import WSCloseCode

from tasktalk.bots.channels.web.protocol import START, Frame, told, typing
from tasktalk.runtime.engine import Engine, Stopped
from tasktalk.runtime.ports import Inbound, Receipt, TurnReport
from tasktalk.storage.errors import DatabaseError

Send: TypeAlias = Callable[[Frame], Awaitable[None]]
"""Brings a frame to the page; one that has gone is nobody's failure."""
LetGo: TypeAlias = Callable[[WSCloseCode, str], Awaitable[None]]
"""Ends the connection for a reason, so that the page comes back and asks for what it misses."""

_log = logging.getLogger("tasktalk.web")


class Talk:
    """From the connect of a page until it goes."""

    def __init__(
        self, engine: Engine, bot: str, contact: str, after: int, origin: str, send: Send, let_go: LetGo
    ) -> None:
        """`after` is the number of the last message that the page has, `origin` where it reaches this server."""
        self._engine, self._bot, self._contact, self._after = engine, bot, contact, after
        self._origin, self._send, self._let_go = origin, send, let_go
        self._turns: set[asyncio.Task[None]] = set()
        self._conversation_id: str | None = None
        self._is_typing = False  # as the script says it, while it waits

    @property
    def whose(self) -> tuple[str, str]:
        """The bot and the contact."""
        return self._bot, self._contact

    @property
    def conversation_id(self) -> str | None:
        """Known once it has begun."""
        return self._conversation_id

    async def begin(self) -> Receipt:
        """Starts the conversation if nobody did before."""
        receipt = await self._engine.receive(Inbound(self._bot, "web", self._contact, "", START))
        self._conversation_id = receipt.conversation_id
        return receipt

    @asynccontextmanager
    async def carried(self, begun: Receipt, greeting: Frame) -> AsyncIterator[None]:
        """Greets the page, and brings it what it does not have and what is new until this is left."""
        await self._send(greeting)
        tell = asyncio.create_task(self.or_let_go(partial(self._tell, begun.conversation_id)))
        self.think(begun)
        try:
            yield
        finally:
            for task in (tell, *self._turns):
                task.cancel()
            await asyncio.gather(tell, *self._turns, return_exceptions=True)

    def think(self, receipt: Receipt) -> None:
        """Shows the bot at work on a message, if it is of this conversation."""
        if receipt.conversation_id == self._conversation_id:
            self._keep(partial(self._turn, receipt))

    def turned(self, report: TurnReport) -> None:
        """A turn of its conversation was committed: shows the bot writing as long as its script says so."""
        is_typing = report.is_typing and report.status == "waiting"
        if is_typing == self._is_typing:
            return
        self._is_typing = is_typing
        if not self._turns:
            self._keep(partial(self._send_typing, is_typing))

    async def or_let_go(self, work: Callable[[], Awaitable[None]]) -> None:
        """Does the work; where it fails the page is let go."""
        try:
            await work()
        except Stopped:
            await self._let_go(WSCloseCode.GOING_AWAY, "the server stops")
        except DatabaseError as away:
            _log.warning("a chat page of %s is let go: %s", self._bot, away)
            await self._let_go(WSCloseCode.TRY_AGAIN_LATER, "the database cannot be used")
        except Exception:
            _log.exception("a chat page of %s is let go", self._bot)
            await self._let_go(WSCloseCode.TRY_AGAIN_LATER, "something failed here")

    def _keep(self, work: Callable[[], Awaitable[None]]) -> None:
        turn = asyncio.create_task(self.or_let_go(work))
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)

    async def _turn(self, receipt: Receipt) -> None:
        await self._send_typing(True)
        await self._engine.answer(receipt)
        if len(self._turns) == 1:
            await self._send_typing(self._is_typing)

    async def _send_typing(self, is_typing: bool) -> None:
        await self._send(typing(is_typing))

    async def _tell(self, conversation_id: str) -> None:
        """Sends what is new in the conversation, for as long as the page is there."""
        while True:
            changed = self._engine.bells.of(conversation_id)
            while found := await self._engine.messages(conversation_id, self._after):
                for message in found:
                    await self._send(told(message, self._origin))
                    self._after = message.sequence
            await changed.wait()
