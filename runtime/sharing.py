"""This process among those that share its database: what it drives, what it tells the others and hears of them.

A word is a conversation's id, when something has changed there; with MAIL behind it, when nothing has but that a
message came in; or LOOK. It only saves time: what a word would have told is found by looking, every BEAT_SECONDS; what
conversations are like that were changed from outside, as often too, but TRUSTED_BEATS more seldom while no other
process is there whose word could have been lost.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from tasktalk.runtime.clock import Clock
from tasktalk.runtime.leases import BEAT_SECONDS, HOUSEKEEPING, Everything, Leases, SharedLeases, bucket_of
from tasktalk.runtime.seldom import Trouble
from tasktalk.storage.database import Database, DatabaseError
from tasktalk.storage.writes import Conflict, WriteSet

LOOK = "look"
MAIL = "+"
LOOK_EVERY = timedelta(seconds=1)
TOGETHER_SECONDS = 0.05
_LAST_WORDS_SECONDS = 1.0
TRUSTED_BEATS = 15
"""For so many beats one after the other a process that is alone believes that it was told everything."""

_log = logging.getLogger("tasktalk.sharing")


async def tell_all(database: Database) -> None:
    """Lets the processes that drive conversations look for what a command has written, for one that drives none."""
    if await database.listen(lambda _: None):
        await database.tell([LOOK])


class Sharing:
    """Where the database has one process, everything is its own and there is nobody to tell."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        heard: Callable[[str], None],
        gained: Callable[[int], None],
        busy: Callable[[], Iterable[str]],
    ) -> None:
        """`heard` is called with each word of another process, "" when some may have been missed; `gained` with each
        bucket of conversations that this process begins to drive, of a database that it shares; `busy` gives the ids of
        those with work under way."""
        self._database, self._clock, self._heard, self._gained, self._busy = database, clock, heard, gained, busy
        self._leases: Leases = Everything()
        self._shared: SharedLeases | None = None
        self._beating: asyncio.Task[None] | None = None
        self._edition: int | None = None
        self._trusted = 0  # beats, one after the other
        self._looked_at: datetime | None = None
        self._words: dict[str, None] = {}
        self._telling: asyncio.Task[None] | None = None
        self._later: asyncio.TimerHandle | None = None

    @property
    def is_alone(self) -> bool:
        """Whether no other process can share the database."""
        return self._shared is None

    @property
    def buckets(self) -> Collection[int] | None:
        """The buckets of conversations that this process drives; None for all."""
        return self._leases.buckets

    @property
    def is_housekeeper(self) -> bool:
        """Whether this process does what is of no conversation: schedules, handlers, overdue tasks."""
        return self._leases.has(HOUSEKEEPING)

    def drives(self, conversation_id: str) -> bool:
        """Whether this process takes the turns of a conversation now."""
        return self._leases.has(bucket_of(conversation_id))

    def demand(self, writes: WriteSet, conversation_id: str) -> None:
        """Makes a commit fail once another process drives the conversation: `note` knows the Conflict."""
        self._leases.demand(writes, bucket_of(conversation_id))

    def note(self, conflict: Conflict, conversation_id: str) -> bool:
        """Whether a conflict says that another process drives the conversation now."""
        if conflict.table != "lease":
            return False
        self._leases.lost(bucket_of(conversation_id))
        return True

    async def start(self) -> None:
        """Begins to drive what is this process's. Raises DatabaseError when another process drives the database and
        only one can."""
        if not await self._database.listen(self._hear):
            self._database.claim()
            await self.look()
            return
        self._leases = self._shared = SharedLeases(self._database, self._clock, self._gained, self._idle)
        await self._shared.beat()
        await self._database.tell([LOOK])  # who believed to be alone tells from here on
        self._beating = asyncio.create_task(self._beat(self._shared))

    async def stop(self) -> None:
        """Leaves everything to the others. Nothing may be under way any more."""
        if self._shared is None:
            return
        if self._later is not None:
            self._call()
        if self._telling is not None:
            await asyncio.wait([self._telling], timeout=_LAST_WORDS_SECONDS)
        for task in filter(None, (self._beating, self._telling)):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        try:
            await self._shared.stop()
        except DatabaseError as error:
            _log.warning("the others will miss this process only after a while: %s", error)
        self._shared = None  # nothing is told any more

    async def look(self) -> bool:
        """Whether another program has written something of which nobody told, such as a command that steers; it is
        looked for once in LOOK_EVERY."""
        now = self._clock.now()
        if self._looked_at is not None and now - self._looked_at < LOOK_EVERY:
            return False
        self._looked_at = now
        try:
            before, self._edition = self._edition, await self._database.edition()
        except DatabaseError:
            return False
        return before != self._edition

    def _hear(self, word: str) -> None:
        if self._shared is not None:
            self._shared.meet()
        self._heard(word)

    def tell(self, word: str, *, can_wait: bool = False) -> None:
        """The other processes hear the word soon, once if it is told often. One that `can_wait` goes with the next that
        cannot, or with all others of TOGETHER_SECONDS: each call wakes every process.

        Nothing is told where there are none: one that has begun a moment ago, and has told nothing itself, looks.
        """
        if self._shared is None or self._shared.is_alone:
            return
        self._words[word] = None
        if not can_wait:
            self._call()
        elif self._later is None:
            self._later = asyncio.get_running_loop().call_later(TOGETHER_SECONDS, self._call)

    def _call(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        while self._words:
            words, self._words = self._words, {}
            await self._database.tell(words)

    async def _beat(self, leases: SharedLeases) -> None:
        trouble = Trouble(
            _log, "the leases cannot be kept, which is tried again until they can: %s", "the leases are kept again"
        )
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                await leases.beat()
                trouble.ends()
            except Exception as error:
                leases.meet()  # nobody has looked who is there
                trouble.comes(error)
            self._heard(LOOK if self._is_told(leases) else "")  # a look finds what no word told of

    def _is_told(self, leases: SharedLeases) -> bool:
        """Whether no word can have been missed since the beat before, but that of a command that was killed."""
        is_trusted = leases.is_alone and self._database.is_told and self._trusted < TRUSTED_BEATS
        self._trusted = self._trusted + 1 if is_trusted else 0
        return is_trusted

    def _idle(self, buckets: Collection[int]) -> Collection[int]:
        busy = {bucket_of(conversation_id) for conversation_id in self._busy()}
        return [bucket for bucket in buckets if bucket not in busy]
