"""Hears in messages the words that rules wait for: only of a message that has some is there an event."""

from collections.abc import Callable, Sequence
from datetime import datetime

from tasktalk.runtime.followers import Happened
from tasktalk.runtime.tasks.acting import HEARD, folded
from tasktalk.runtime.tasks.events import record
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import automations
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Row, WriteSet

_CHANGES = frozenset({"automation_created", "automation_deleted"})


class Listening:
    """The words, in memory; and the follower that notices other ones. Another process knows of them a moment later."""

    def __init__(self, database: Database, tell: Callable[[], None]) -> None:
        """`tell` lets the other processes look."""
        self._database, self._tell = database, tell
        self._words: frozenset[str] = frozenset()

    async def refresh(self) -> None:
        """Reads what rules there are."""
        async with self._database.read() as reader:
            rows = await automations.triggered(reader, None, ["message_text"])
        self._words = frozenset(row["trigger_value"] for row in rows)

    def note(self, writes: WriteSet, message: Row, conversation: Row, now: datetime) -> None:
        """Adds the event of a message that has such words."""
        if not self._words:
            return
        heard = folded(message["text"])
        if not any(word in heard for word in self._words):
            return
        work = UnitOfWork(self._database, now)
        work.writes = writes
        contact = Actor(conversation["address"], conversation["organisation_id"], conversation["channel"])
        told = {"text": message["text"], "conversation": conversation["id"], "bot": conversation["bot"]}
        record(work, contact, HEARD, "message", message["id"], {name: (None, value) for name, value in told.items()})

    async def follow(self, page: Sequence[Happened], writes: WriteSet, now: datetime) -> None:
        """Reads the rules again when there are other ones."""
        if any(happened.row["kind"] in _CHANGES for happened in page):
            await self.refresh()
            self._tell()
