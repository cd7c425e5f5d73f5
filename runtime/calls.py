"""What programs ask of bots: to run a webhook's script, and to raise an event. Both are on disk before anybody is told.

With a key that the caller chose, a repeat changes nothing and finds the same run again, for KEPT. Of a call nothing
stays when its script has ended and nothing in its conversation waits: at once without a key, else when KEPT is over.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tasktalk.runtime.clock import Clock
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.inbox import conversation_row
from tasktalk.runtime.occasions import RAISED, raised
from tasktalk.runtime.plain_values import plain
from tasktalk.storage import calls, conversations
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict, Duplicate, Row, WriteSet

KEPT = timedelta(days=1)
PAGE = 200


@dataclass(frozen=True, slots=True)
class Called:
    """A run that was asked for; it has a conversation of its own."""

    run_id: str
    conversation_id: str
    is_kept: bool
    """Whether its answer may be asked for again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run stands: `running`, `waiting` when its script waits for something, `completed` or `failed`."""

    status: str
    value: Any = None
    error: Mapping[str, Any] | None = None

    @property
    def is_end(self) -> bool:
        """Whether nothing more comes."""
        return self.status in {"completed", "failed"}


class Calls:
    """Takes in what is asked, for the engine."""

    def __init__(self, database: Database, clock: Clock, forget: Callable[[str], None]) -> None:
        """`forget` is told each conversation that was removed."""
        self._database, self._clock, self._forget = database, clock, forget

    async def call(self, bot: str, script: str, name: str, arguments: Mapping[str, Any], key: str | None) -> Called:
        """Queues a run of the script; `bot`, `name` and `key` together tell a repeat."""
        now = self._clock.now()
        run_id = new_id("run", now)
        # With the bot: others may have a webhook of the same name, and are called with the same key.
        address = f"{bot}/{name}/{key or run_id}"
        if key is not None and (known := await self._known(bot, address)) is not None:
            return known
        conversation_id, writes = _first_run(run_id, bot, script, ("call", address), arguments, now)
        try:
            await self._database.commit(writes)
        except Conflict:
            # The same call came in twice at the same moment.
            known = await self._known(bot, address)
            if known is None:
                raise
            return known
        return Called(run_id, conversation_id, is_kept=key is not None)

    async def begin(self, bot: str, script: str, channel: str, contact: str, arguments: Mapping[str, Any]) -> Called:
        """Queues a run of the script as the first thing in the conversation with a contact whom nobody knows yet."""
        now = self._clock.now()
        run_id = new_id("run", now)
        conversation_id, writes = _first_run(run_id, bot, script, (channel, contact), arguments, now)
        await self._database.commit(writes)
        return Called(run_id, conversation_id, is_kept=True)

    async def outcome(self, called: Called) -> Outcome | None:
        """How the run stands; None while it is under way."""
        async with self._database.read() as reader:
            run = await conversations.run_by_id(reader, called.run_id)
            sessions = await conversations.open_sessions(reader, called.conversation_id)
        return None if run is None else _outcome(run, is_waiting=any(s["run_id"] == called.run_id for s in sessions))

    async def past(self) -> Sequence[str]:
        """The conversations of calls that have been kept long enough, to be given to `remove`; a page of them."""
        async with self._database.read() as reader:
            return await calls.done_before(reader, self._clock.now() - KEPT, PAGE)

    async def remove(self, conversation_id: str) -> None:
        """Removes a call with all that belongs to it; one in which something is to be done stays."""
        async with self._database.read() as reader:
            writes = await calls.removal(reader, conversation_id)
        try:
            if writes is not None:
                await self._database.commit(writes)
        except Conflict:
            # Something has just begun in it. When that is over, and KEPT is too, it is found again.
            return
        self._forget(conversation_id)

    async def raise_event(self, bot: str, name: str, data: Any, key: str | None, kind: str = RAISED) -> str:
        """Records that something has happened, for the handlers of the bot's scripts; gives the event's id."""
        now = self._clock.now()
        event_id = new_id("evt", now) if key is None else _event_id(kind, bot, name, key)
        writes = WriteSet()
        writes.insert(
            "event",
            {
                "id": event_id,
                "organisation_id": None,
                "subject": "event",
                "subject_id": event_id,
                "kind": kind,
                "actor": bot,
                "source": "call",
                "changes": {field: list(pair) for field, pair in raised(bot, name, plain(data)).items()},
                "created_at": now,
            },
        )
        writes.insert("pending_event", {"event_id": event_id, "depth": 0})
        try:
            await self._database.commit(writes)
        except Duplicate:
            if key is None:
                raise
        return event_id

    async def _known(self, bot: str, address: str) -> Called | None:
        async with self._database.read() as reader:
            known = await conversations.of_contact(reader, bot, "call", address)
            if known is None or known["conversation_id"] is None:
                return None
            runs = await conversations.runs(reader, known["conversation_id"])
        return Called(runs[0]["id"], known["conversation_id"], is_kept=True) if runs else None


def _first_run(
    run_id: str, bot: str, script: str, contact: tuple[str, str], arguments: Mapping[str, Any], now: datetime
) -> tuple[str, WriteSet]:
    """The rows of a run in a conversation that is new, and the conversation's id."""
    contact_id, conversation_id, (channel, address) = new_id("con", now), new_id("cnv", now), contact
    writes = WriteSet()
    writes.insert(
        "contact", {"id": contact_id, "channel": channel, "address": address, "name": None, "created_at": now}
    )
    writes.insert("conversation", conversation_row(conversation_id, bot, contact_id, channel, now))
    writes.insert(
        "run",
        {
            "id": run_id,
            "cause": "call",
            "schedule_id": None,
            "task_id": None,
            "conversation_id": conversation_id,
            "bot": bot,
            "script": script,
            "arguments": plain(arguments),
            "planned_at": now,
            "status": "queued",
            "created_at": now,
        },
    )
    return conversation_id, writes


def _event_id(kind: str, bot: str, name: str, key: str) -> str:
    digest = hashlib.sha256("\0".join((kind, bot, name.lower(), key)).encode("utf-8", "surrogatepass")).hexdigest()
    return f"evt_{digest[:32]}"


def _outcome(run: Row, *, is_waiting: bool) -> Outcome | None:
    if run["status"] == "completed":
        return Outcome("completed", value=(run["result"] or {}).get("value"))
    if run["status"] == "failed":
        return Outcome("failed", error=run["error"])
    return Outcome("waiting") if is_waiting else None
