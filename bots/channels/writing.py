"""Shows bots as writing, where their channels can: after TYPING, and while a turn takes its time.

It is done once and as well as it goes. Nothing is stored or tried again, no turn and no message waits for it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any, Final

from tasktalk.bots.channels.adapter import Adapter
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.engine import Engine
from tasktalk.runtime.ports import DeliveryReport, Inbound, Receipt, TurnReport
from tasktalk.storage import conversations
from tasktalk.storage.database import Database

_LONG: Final = timedelta(seconds=1)
"""After how long a turn takes its time."""
_LATE: Final = timedelta(seconds=10)
"""What is said before TYPING has to have come by then, else nothing is shown."""

_log = logging.getLogger("tasktalk.channels")


class _Awaited(asyncio.Event):
    """An event that somebody may wait for, and how it ended."""

    is_right = False


class Writing:
    """Watches the turns of an engine."""

    def __init__(
        self, engine: Engine, database: Database, clock: Clock, adapter: Callable[[str], Adapter[Any] | None]
    ) -> None:
        """`adapter` gives the channel of a name."""
        self._engine, self._database, self._clock, self._adapter = engine, database, clock, adapter
        self._delivered: dict[str, _Awaited] = {}  # by the last messages that were said before a TYPING
        self._turned: dict[str, _Awaited] = {}  # by the conversations that have heard something
        self._tasks: set[asyncio.Task[None]] = set()
        engine.watch(self._after_turn)
        engine.watch_deliveries(self._after_attempt)

    def heard(self, inbound: Inbound, receipt: Receipt) -> None:
        """A message came in: shows the bot as writing if its turn takes long."""
        if not receipt.is_repeat and receipt.conversation_id not in self._turned:
            self._turned[receipt.conversation_id] = turned = _Awaited()
            self._keep(partial(self._while_at_work, inbound, receipt.conversation_id, turned))

    async def idle(self) -> None:
        """Returns when all has been shown that was to be shown so far."""
        await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Shows nothing more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _after_turn(self, report: TurnReport) -> None:
        if (turned := self._turned.get(report.conversation_id)) is not None:
            turned.set()
        if report.is_typing and report.status == "waiting":
            last = report.messages[-1].id if report.messages else None
            if last is not None:
                self._delivered[last] = _Awaited()
            self._keep(partial(self._after_typing, report.conversation_id, last))

    def _after_attempt(self, report: DeliveryReport) -> None:
        if (delivered := self._delivered.get(report.message_id)) is not None:
            delivered.is_right = report.outcome == "delivered"
            delivered.set()

    async def _after_typing(self, conversation_id: str, last: str | None) -> None:
        """Shows it behind what the turn has said: the message that comes takes the sign away."""
        try:
            async with self._database.read() as reader:
                row = await conversations.by_id(reader, conversation_id)
            adapter = None if row is None else self._adapter(row["channel"])
            if row is None or adapter is None:
                return
            if last is not None:
                delivered, until = self._delivered[last], self._clock.now() + _LATE
                await self._clock.wait(delivered, until)
                if not delivered.is_right or self._clock.now() > until:
                    return
            await adapter.typing(row["address"], row["route"] or {})
        finally:
            if last is not None:
                del self._delivered[last]

    async def _while_at_work(self, inbound: Inbound, conversation_id: str, turned: _Awaited) -> None:
        try:
            await self._clock.wait(turned, self._clock.now() + _LONG)
            adapter = self._adapter(inbound.channel)
            if adapter is not None and not turned.is_set() and self._engine.is_at_work(conversation_id):
                await adapter.typing(inbound.contact, inbound.route or {})
        finally:
            del self._turned[conversation_id]

    def _keep(self, work: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.create_task(self._safely(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _safely(self, work: Callable[[], Awaitable[None]]) -> None:
        with suppress(asyncio.CancelledError):
            try:
                await work()
            except Exception as error:  # whatever it is, nobody misses anything
                _log.debug("a bot could not be shown as writing: %s", error)
