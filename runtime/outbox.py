"""Brings messages out on the channels that do so by themselves: in order within a conversation, again when it fails.

A message that was sent while the process died is sent once more after the start, with the same id: the channel gives
that to its provider as the key of the delivery.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from time import perf_counter
from typing import Literal

from tasktalk.runtime.about import about, note, without_secrets
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.ports import Channel, Delivery, DeliveryReport, Undeliverable
from tasktalk.runtime.sharing import Sharing
from tasktalk.runtime.workers import Workers
from tasktalk.storage import conversations, deliveries
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict, Row, WriteSet

ATTEMPTS = 10
_FIRST_SECONDS, _LONGEST_SECONDS = 2.0, 3600.0
_PAGE = 100
_BUSY = 64

_log = logging.getLogger("tasktalk.outbox")


class Outbox:
    """Delivers what turns have committed."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sharing: Sharing,
        channels: Mapping[str, Channel],
        wake: Callable[[], None],
        crash: Callable[[str], None],
        send_seconds: float,
        told: Callable[[DeliveryReport], None],
    ) -> None:
        """`wake` is called when a time was set at which `look` must be called. An attempt that takes longer than
        `send_seconds` has failed. `told` hears of each attempt."""
        self._database, self._clock, self._sharing = database, clock, sharing
        self._channels, self._crash = channels, crash
        self._wake, self._send_seconds, self._told = wake, send_seconds, told
        self._workers = Workers(self._deliver_all, _BUSY)
        self._later: dict[str, datetime] = {}  # conversations whose first message is to be tried again, and when

    @property
    def is_idle(self) -> bool:
        return self._workers.is_idle

    @property
    def failed(self) -> Mapping[str, Exception]:
        """The conversations whose deliveries could not be noted, and why."""
        return self._workers.failed

    @property
    def busy(self) -> Collection[str]:
        """The conversations in which something is being delivered."""
        return self._workers.busy

    async def find_all(self) -> None:
        """Takes up what was not delivered in the conversations of this process."""
        if not self._channels:
            return
        async with self._database.read() as reader:
            waiting = await conversations.with_undelivered(reader, self._channels.keys(), self._sharing.buckets)
            put_back = await deliveries.with_put_back(reader) if self._later else ()
        for conversation_id in put_back:
            self._later.pop(conversation_id, None)  # it stands before what is to be tried again later
        for conversation_id in waiting:
            self.poke(conversation_id)

    async def stop(self) -> None:
        """Finishes the deliveries that have begun."""
        await self._workers.stop()

    async def idle(self) -> None:
        """Returns when nothing is being delivered."""
        await self._workers.idle()

    def poke(self, conversation_id: str) -> None:
        """There may be a message to deliver."""
        if self._channels and conversation_id not in self._later:
            self._workers.poke(conversation_id)

    def look(self, now: datetime) -> bool:
        """Takes up what is to be tried again by now; whether there was anything."""
        due = [conversation_id for conversation_id, when in self._later.items() if when <= now]
        for conversation_id in due:
            del self._later[conversation_id]
            self._workers.poke(conversation_id)
        return bool(due)

    def next_due(self, after: datetime | None = None) -> datetime | None:
        """When something is to be tried again, of the times after `after`."""
        return min((when for when in self._later.values() if after is None or when > after), default=None)

    async def _deliver_all(self, conversation_id: str) -> None:
        with about(conversation=conversation_id):
            await self._deliver_in_order(conversation_id)

    async def _deliver_in_order(self, conversation_id: str) -> None:
        async with self._database.read() as reader:
            conversation = await conversations.by_id(reader, conversation_id)
        channel = self._channels.get(conversation["channel"]) if conversation else None
        if conversation is None or channel is None:
            return
        while True:
            async with self._database.read() as reader:
                rows = await conversations.undelivered(reader, conversation_id, _PAGE)
            if not rows or not self._sharing.drives(conversation_id):
                return
            for row in rows:
                if row["next_attempt_at"] is not None and row["next_attempt_at"] > self._clock.now():
                    self._try_at(conversation_id, row["next_attempt_at"])
                    return
                try:
                    if not await self._deliver(channel, conversation, row):
                        return
                except Conflict as conflict:
                    if not self._sharing.note(conflict, conversation_id):
                        raise
                    return

    async def _deliver(self, channel: Channel, conversation: Row, row: Row) -> bool:
        """Whether the next message may follow."""
        bot, address = conversation["bot"], conversation["address"]
        note(bot=bot, message=row["id"])
        began = perf_counter()
        delivery = Delivery(row["id"], conversation["id"], bot, address, row["text"], row["detail"] or {})
        attempts = row["attempts"] + 1

        def tried(outcome: Literal["delivered", "again", "dead"]) -> None:
            seconds, channel_name = perf_counter() - began, conversation["channel"]
            self._told(
                DeliveryReport(
                    conversation["id"], row["id"], row["turn_id"], bot, channel_name, outcome, attempts, seconds
                )
            )

        self._crash("before-delivery")
        try:
            await self._send(channel, delivery)
        except Exception as error:
            if isinstance(error, Undeliverable) or attempts >= ATTEMPTS:
                _log.error("message %s is dead after %d attempts: %s", row["id"], attempts, error)
                await self._note(row, attempts, "dead", None, _why(error))
                tried("dead")
                return True
            when = self._clock.now() + _pause(attempts)
            _log.warning("message %s is tried again at %s: %s", row["id"], when.isoformat(), error)
            await self._note(row, attempts, "pending", when, _why(error))
            tried("again")
            self._try_at(conversation["id"], when)
            return False
        self._crash("after-delivery")
        await self._note(row, attempts, "delivered", None)
        tried("delivered")
        return True

    async def _send(self, channel: Channel, delivery: Delivery) -> None:
        try:
            async with asyncio.timeout(self._send_seconds) as limit:
                await channel.send(delivery)
        except TimeoutError as error:
            if limit.expired():
                raise TimeoutError(f"it took longer than {self._send_seconds:g} seconds") from error
            raise

    def _try_at(self, conversation_id: str, when: datetime) -> None:
        self._later[conversation_id] = when
        self._wake()

    async def _note(
        self, row: Row, attempts: int, status: str, next_attempt_at: datetime | None, reason: str | None = None
    ) -> None:
        writes, now = WriteSet(), self._clock.now()
        self._sharing.demand(writes, row["conversation_id"])
        key = {"id": row["id"], "status": "pending"}
        values = {"status": status, "attempts": attempts, "next_attempt_at": next_attempt_at, "error": reason}
        writes.update("message", key, values)
        if status == "dead":
            writes.insert(
                "event",
                {
                    "id": new_id("evt", now),
                    "organisation_id": None,
                    "subject": "message",
                    "subject_id": row["id"],
                    "kind": "message_dead",
                    "actor": "outbox",
                    "source": "outbox",
                    "changes": {"status": ["pending", "dead"], "error": [None, reason]},
                    "created_at": now,
                },
            )
        await self._database.commit(writes)


def _why(error: Exception) -> str:
    return without_secrets(str(error).strip() or type(error).__name__)


def _pause(attempts: int) -> timedelta:
    """Twice as long each time, up to an hour, and a random part of it, so that many do not come back at once."""
    seconds = min(_LONGEST_SECONDS, _FIRST_SECONDS * 2.0 ** (attempts - 1))
    return timedelta(seconds=seconds * random.uniform(0.5, 1.0))  # noqa: S311 - nothing secret
