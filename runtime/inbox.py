"""What comes in: a message is on disk, once, before anybody is told that it was received."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from tasktalk.runtime.accounts import DEFAULT_ORGANISATION
from tasktalk.runtime.arrivals import Arrival
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.kept_files import is_kept, need, needed
from tasktalk.runtime.leases import bucket_of
from tasktalk.runtime.ports import HEARD_AT, OWN_ROUTE, Inbound, Receipt
from tasktalk.runtime.recent import Recent
from tasktalk.runtime.second_addresses import sender
from tasktalk.runtime.sent_files import FileLink, shown
from tasktalk.storage import conversations
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict, Insert, Row, Update, WriteSet

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

    def pass_by(self, conversation_id: str, number: int) -> None:
        """A message with this number is stored, perhaps by another process."""
        self._last[conversation_id] = max(number, self._last.get(conversation_id, 0))

    def take_back(self, writes: WriteSet) -> None:
        """Nothing of a write set was stored: the next messages have the numbers of its own, unless others were given
        out since."""
        for write in reversed(writes.writes):
            if isinstance(write, Insert) and write.table == "message":
                conversation_id, number = write.row["conversation_id"], write.row["sequence"]
                if self._last.get(conversation_id) == number:
                    self._last[conversation_id] = number - 1

    def begin(self, conversation_id: str) -> None:
        """Notes a conversation that is new."""
        self._last[conversation_id] = 0
        self._keep(conversation_id)

    async def correct(self, conversation_id: str) -> None:
        """After a conflict: at least what the store has, and never less than what is on its way to it.

        Else a message could be stored after one with a higher number, and whoever reads on from there never gets it.
        """
        stored = await conversations.last_sequence(self._database.looks, conversation_id)
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


class _Talk(NamedTuple):
    """Where a contact's messages to a bot belong."""

    contact_id: str
    name: str | None
    conversation_id: str
    route: Mapping[str, Any] | None
    also: str | None

    def holds(self, inbound: Inbound) -> bool:
        """Whether it says of the contact what the message says."""
        return (
            inbound.also in (None, self.also)
            and inbound.contact_name in (None, self.name)
            and (inbound.route is None or _latest(self.route, inbound.route) == self.route)
        )


class Inbox:
    """Takes messages in, for the engine."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sequences: Sequences,
        renamed: Callable[[str], None],
        crash: Callable[[str], None],
        bell: Callable[[str], asyncio.Event],
        file_link: FileLink | None = None,
    ) -> None:
        """`renamed` is told the id of a contact who has another name now."""
        self._database, self._clock, self._sequences = database, clock, sequences
        self._renamed, self._crash, self._bell, self._file_link = renamed, crash, bell, file_link
        self._talks: Recent[tuple[str, str, str], _Talk] = Recent(MOST_KNOWN)
        self._taken: Recent[tuple[str, str], str] = Recent(MOST_KNOWN)  # messages by conversation and provider's id
        self._doors: WeakValueDictionary[tuple[str, str, str], asyncio.Semaphore] = WeakValueDictionary()
        self._coming: dict[tuple[str, str], Arrival] = {}  # those that are not stored yet

    def coming(self, inbound: Inbound) -> tuple[Arrival, bool] | None:
        """The message as one that is stored with its turn, and whether it is a repeat of one that is on its way.

        None when it has to be taken in: the contact is new, the message was taken in before, or it has files.
        """
        talk = self._talks.get(_key(inbound))
        if talk is None or not talk.holds(inbound) or inbound.files:
            return None
        key = (talk.conversation_id, inbound.message_id or "")
        if inbound.message_id is not None:
            if self._taken.get(key) is not None:
                return None
            if known := self._coming.get(key):
                return known, True
        row = self._row(inbound, talk.conversation_id)
        if inbound.message_id is None:
            return Arrival(row, is_stored=False), False
        arrival = Arrival(row, is_stored=False, told=partial(self._came, key, row["id"]))
        self._coming[key] = arrival
        return arrival, False

    async def find(self, inbound: Inbound) -> None:
        """Reads where a message belongs that `coming` knows nothing of, as that of a contact who was silent for long.

        Somebody new, and whatever else has to be written before the turn, is left to `take`.
        """
        if self._talks.get(_key(inbound)) is not None or inbound.files or inbound.also is not None:
            return
        bot, channel, contact = _key(inbound)
        found = await conversations.of_contact(self._database.looks, bot, channel, contact, inbound.message_id)
        if found is None or found["conversation_id"] is None or self._talks.get(_key(inbound)) is not None:
            return
        conversation_id: str = found["conversation_id"]
        self._talks.keep(
            _key(inbound), _Talk(found["contact_id"], found["name"], conversation_id, found["route"], None)
        )
        self._sequences.pass_by(conversation_id, found["last_sequence"] or 0)
        if inbound.message_id is not None and found["message_id"] is not None:
            self._taken.keep((conversation_id, inbound.message_id), found["message_id"])

    def _came(self, key: tuple[str, str], message_id: str, is_taken: bool) -> None:
        self._coming.pop(key, None)
        if is_taken:
            self._taken.keep(key, message_id)

    async def take(self, inbound: Inbound) -> tuple[Receipt, Arrival | None]:
        """Stores the message, and contact and conversation with their first; a repeated delivery changes nothing.

        Of one contact only so many at once: the others would wait behind all that one of them sends.
        """
        whose = _key(inbound)
        door = self._doors.get(whose)
        if door is None:
            door = self._doors[whose] = asyncio.Semaphore(_AT_ONCE)
        async with door:
            return await self._take_in(inbound)

    async def _take_in(self, inbound: Inbound) -> tuple[Receipt, Arrival | None]:
        is_doubted = False
        for left in reversed(range(_TRIES)):
            try:
                return await self._take(inbound, is_doubted=is_doubted)
            except Conflict:
                # It was taken in before, or something else of the contact came in at the same moment.
                self._talks.forget(_key(inbound))
                if not left:
                    raise
            is_doubted = True
        raise AssertionError("the last try returns or raises")

    async def _take(self, inbound: Inbound, *, is_doubted: bool = False) -> tuple[Receipt, Arrival | None]:
        writes = WriteSet()
        talk, is_new = await self._talk(inbound, writes)
        is_renamed = any(isinstance(write, Update) and write.table == "contact" for write in writes.writes)
        conversation_id = talk.conversation_id
        if not is_new and (stored := await self._stored(inbound, conversation_id, is_doubted=is_doubted)) is not None:
            return Receipt(stored, conversation_id, is_repeat=True), None
        row = self._row(inbound, conversation_id)
        files_shown = await shown(row["id"], inbound.channel, inbound.files, self._file_link)
        files = await self._kept(inbound)
        if is_new:
            self._sequences.begin(conversation_id)
        else:
            await self._sequences.know(conversation_id)
        detail = {**(row["detail"] or {}), **(files_shown or {})} or None
        row = {**row, "detail": detail, "sequence": self._sequences.next(conversation_id), "status": "pending"}
        writes.insert("message", row)
        need(writes, row["id"], files)
        changed = self._bell(conversation_id)
        try:
            await self._database.commit(writes)
        except Conflict:
            if is_new:
                self._sequences.forget(conversation_id)
            else:
                self._sequences.take_back(writes)
                await self._sequences.correct(conversation_id)
            raise
        if is_renamed:
            self._renamed(talk.contact_id)
        if talk.also is not None:  # whoever was known there may be somebody else now
            self._talks.forget((inbound.bot, inbound.channel, talk.also))
        self._talks.keep(_key(inbound), talk)
        if inbound.message_id is not None:
            self._taken.keep((conversation_id, inbound.message_id), row["id"])
        self._crash("after-inbox-commit")
        arrival = Arrival(row, is_stored=True, came_alone=len(writes.writes) == 1, changed=changed)
        return Receipt(row["id"], conversation_id, is_repeat=False), arrival

    async def _kept(self, inbound: Inbound) -> Sequence[Row]:
        """The rows of those of its files whose bytes are here."""
        if not any(is_kept(file.reference) for file in inbound.files):
            return ()
        async with self._database.read() as reader:
            return await needed(reader, inbound.files)

    async def _talk(self, inbound: Inbound, writes: WriteSet) -> tuple[_Talk, bool]:
        """Where the message belongs, and whether its conversation begins with it."""
        if (known := self._talks.get(_key(inbound))) and known.holds(inbound):
            return known, False
        now = self._clock.now()
        async with self._database.read() as reader:
            found = await sender(reader, inbound, writes)
        name = inbound.contact_name or (found["name"] if found else None)
        contact_id: str = found["contact_id"] if found else new_id("con", now)
        if found is None:
            second = inbound.also if inbound.also != inbound.contact else None
            row = {"id": contact_id, "channel": inbound.channel, "address": inbound.contact, "second_address": second}
            writes.insert("contact", {**row, "name": name, "created_at": now})
        elif name != found["name"]:
            writes.update("contact", {"id": contact_id}, {"name": name})
        if found is not None and found["conversation_id"] is not None:
            self._sequences.pass_by(found["conversation_id"], found["last_sequence"] or 0)
            route = _latest(found["route"], inbound.route)
            if route != found["route"]:
                writes.update("conversation", {"id": found["conversation_id"]}, {"route": route})
            return _Talk(contact_id, name, found["conversation_id"], route, inbound.also), False
        talk = _Talk(contact_id, name, new_id("cnv", now), inbound.route, inbound.also)
        row = conversation_row(talk.conversation_id, inbound.bot, contact_id, inbound.channel, now)
        writes.insert("conversation", {**row, "route": inbound.route})
        return talk, True

    async def _stored(self, inbound: Inbound, conversation_id: str, *, is_doubted: bool) -> str | None:
        """The message that a delivery became before. What is not remembered here is a Duplicate when it is stored, and
        then looked for."""
        if inbound.message_id is None:
            return None
        key = (conversation_id, inbound.message_id)
        if self._taken.get(key) is None and not is_doubted:
            return None
        async with self._database.read() as reader:
            row = await conversations.message_by_provider_id(reader, *key)
        if row is None:  # it was removed since
            self._taken.forget(key)
            return None
        self._taken.keep(key, row["id"])
        found: str = row["id"]
        return found

    def _row(self, inbound: Inbound, conversation_id: str) -> Row:
        now = self._clock.now()
        return {
            "id": new_id("msg", now),
            "conversation_id": conversation_id,
            "direction": "in",
            "text": inbound.text,
            "detail": None if inbound.own_route is None else {OWN_ROUTE: inbound.own_route},
            "provider_id": inbound.message_id,
            "session_id": inbound.only_for,
            "created_at": now,
        }


def _latest(known: Mapping[str, Any] | None, given: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The route by which the contact is answered from now on: not that of a message that was said before the last."""
    if known is None or given is None:
        return given or known
    last, this = known.get(HEARD_AT), given.get(HEARD_AT)
    is_late = last is not None and this is not None and datetime.fromisoformat(this) < datetime.fromisoformat(last)
    return known if is_late else given


def _key(inbound: Inbound) -> tuple[str, str, str]:
    return inbound.bot, inbound.channel, inbound.contact


def conversation_row(
    conversation_id: str,
    bot: str,
    contact_id: str,
    channel: str,
    now: Any,
    organisation_id: str = DEFAULT_ORGANISATION,
) -> dict[str, Any]:
    """The row of a new conversation, and the organisation for which the bot acts there."""
    return {
        "id": conversation_id,
        "bot": bot,
        "contact_id": contact_id,
        "channel": channel,
        "created_at": now,
        "bucket": bucket_of(conversation_id),
        "organisation_id": organisation_id,
    }
