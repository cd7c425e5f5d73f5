"""What comes in: a message is on disk, once, before anybody is told that it was received."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

from tasktalk.runtime.clock import Clock
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.leases import bucket_of
from tasktalk.runtime.ports import Inbound, Receipt
from tasktalk.storage import conversations
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict, WriteSet

_TRIES = 5
_AT_ONCE = 64
MOST_KNOWN = 10_000
"""How many conversations' numbers stay in memory: far more than have a write set on its way at one moment."""


class Sequences:
    """The numbers of the messages of each conversation.

    They are given out in memory, at the moment at which a write set is queued, so that they grow in the order of the
    commits and two writers of one conversation never take the same. Another process may do the same for the same
    conversation: then one of the commits is a Duplicate, and takes a number again.
    """

    def __init__(self, database: Database, drives: Callable[[str], bool]) -> None:
        """`drives` says whether this process takes a conversation's turns: of others, others know the numbers."""
        self._database, self._drives = database, drives
        self._last: OrderedDict[str, int] = OrderedDict()  # those used last at the end
        self._doubted: set[str] = set()

    def doubt(self) -> None:
        """This process begins to take turns that another one took: what it knows of the numbers may be old."""
        self._doubted = set(self._last)

    async def know(self, conversation_id: str) -> None:
        """Must have been awaited before `next`."""
        is_known = conversation_id in self._last and conversation_id not in self._doubted
        if not is_known or not self._drives(conversation_id):
            self._doubted.discard(conversation_id)
            await self.correct(conversation_id)
        self._keep(conversation_id)

    def next(self, conversation_id: str) -> int:
        """The next number. No `await` may stand between this and the commit that uses it."""
        self._last[conversation_id] += 1
        return self._last[conversation_id]

    def begin(self, conversation_id: str) -> None:
        """Notes a conversation that is new."""
        self._last[conversation_id] = 0
        self._keep(conversation_id)

    async def correct(self, conversation_id: str) -> None:
        """After a conflict: at least what the store has, and never less than what is on its way to it.

        Else a message could be stored after one with a higher number, and whoever reads on from there never gets it.
        """
        async with self._database.read() as reader:
            stored = await conversations.last_sequence(reader, conversation_id)
        self._last[conversation_id] = max(stored, self._last.get(conversation_id, 0))

    def forget(self, conversation_id: str) -> None:
        """The conversation is not stored, or not any more."""
        self._last.pop(conversation_id, None)
        self._doubted.discard(conversation_id)

    def _keep(self, conversation_id: str) -> None:
        # What has not been used for so long is in the store; were it still on its way, the commit would be a Conflict.
        self._last.move_to_end(conversation_id)
        while len(self._last) > MOST_KNOWN:
            self._last.popitem(last=False)


class Inbox:
    """Takes messages in, for the engine."""

    def __init__(self, database: Database, clock: Clock, sequences: Sequences, crash: Callable[[str], None]) -> None:
        self._database, self._clock, self._sequences, self._crash = database, clock, sequences, crash
        self._doors: WeakValueDictionary[tuple[str, str, str], asyncio.Semaphore] = WeakValueDictionary()

    async def take(self, inbound: Inbound) -> Receipt:
        """Stores the message, and contact and conversation with their first; a repeated delivery changes nothing.

        Of one contact only so many at once: the others would wait behind all that one of them sends.
        """
        whose = (inbound.bot, inbound.channel, inbound.contact)
        door = self._doors.get(whose)
        if door is None:
            door = self._doors[whose] = asyncio.Semaphore(_AT_ONCE)
        async with door:
            return await self._take_in(inbound)

    async def _take_in(self, inbound: Inbound) -> Receipt:
        for _ in range(_TRIES - 1):
            try:
                return await self._take(inbound)
            except Conflict:
                # The same contact, or the same delivery, came in twice at the same moment.
                continue
        return await self._take(inbound)

    async def _take(self, inbound: Inbound) -> Receipt:
        async with self._database.read() as reader:
            known = await conversations.of_contact(reader, inbound.bot, inbound.channel, inbound.contact)
            conversation_id: str | None = known["conversation_id"] if known else None
            if conversation_id and inbound.message_id is not None:
                earlier = await conversations.message_by_provider_id(reader, conversation_id, inbound.message_id)
                if earlier:
                    return Receipt(earlier["id"], conversation_id, is_repeat=True)
        writes, now = WriteSet(), self._clock.now()
        contact_id: str = known["contact_id"] if known else new_id("con", now)
        if not known:
            name, channel = inbound.contact_name, inbound.channel
            row = {"id": contact_id, "channel": channel, "address": inbound.contact, "name": name, "created_at": now}
            writes.insert("contact", row)
        elif inbound.contact_name not in {None, known["name"]}:
            writes.update("contact", {"id": contact_id}, {"name": inbound.contact_name})
        is_new = conversation_id is None
        if conversation_id is None:
            conversation_id = new_id("cnv", now)
            writes.insert(
                "conversation", conversation_row(conversation_id, inbound.bot, contact_id, inbound.channel, now)
            )
            self._sequences.begin(conversation_id)
        else:
            await self._sequences.know(conversation_id)
        message_id = new_id("msg", now)
        writes.insert(
            "message",
            {
                "id": message_id,
                "conversation_id": conversation_id,
                "sequence": self._sequences.next(conversation_id),
                "direction": "in",
                "text": inbound.text,
                "provider_id": inbound.message_id,
                "status": "pending",
                "created_at": now,
            },
        )
        try:
            await self._database.commit(writes)
        except Conflict:
            if is_new:
                self._sequences.forget(conversation_id)
            else:
                await self._sequences.correct(conversation_id)
            raise
        self._crash("after-inbox-commit")
        return Receipt(message_id, conversation_id, is_repeat=False)


def conversation_row(conversation_id: str, bot: str, contact_id: str, channel: str, now: Any) -> dict[str, Any]:
    """The row of a new conversation."""
    return {
        "id": conversation_id,
        "bot": bot,
        "contact_id": contact_id,
        "channel": channel,
        "created_at": now,
        "bucket": bucket_of(conversation_id),
    }
