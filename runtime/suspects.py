"""Inputs whose turns may end the process: an input that was waiting when this process began to drive its conversation.

Before the turn of such a suspect an attempt is noted for good, and the commit of the turn removes the note. So a note
is left only by a process that died meanwhile, and after some of them the input is not tried again. Many turns are
under way when a process dies: a suspect with a note is therefore tried while no other such is, and whoever was only
beside it gets through. What comes in while the process lives is no suspect and costs nothing.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tasktalk.interpreter.errors import ScriptError
from tasktalk.runtime.agenda import Agenda, Heard, Input, RunIsDue, TimeIsUp
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.sharing import Sharing
from tasktalk.storage import suspects
from tasktalk.storage.database import Database, DatabaseError
from tasktalk.storage.writes import Conflict, WriteSet

_log = logging.getLogger("tasktalk.turn")


class Suspects:
    """Those of this process."""

    def __init__(self, database: Database, clock: Clock, sharing: Sharing, most: int) -> None:
        """After `most` attempts a suspect is not tried again."""
        self._database, self._clock, self._sharing, self._most = database, clock, sharing, most
        self._attempts: dict[str, int] = {}  # of each suspect: how often its turn began in processes that died
        self._noted: set[str] = set()  # those of them whose attempt in this process is noted
        self._unexamined: set[int] | None = None  # buckets whose waiting inputs are not known yet; None for all
        self._examining, self._alone = asyncio.Lock(), asyncio.Lock()

    def gained(self, bucket: int) -> None:
        """This process begins to drive a bucket that was another's."""
        if self._unexamined is not None:
            self._unexamined.add(bucket)

    async def find(self) -> None:
        """Takes note of what waits in the buckets that are new. Must be awaited before the first turn of a start."""
        async with self._examining:
            if self._unexamined is not None and not self._unexamined:
                return
            buckets, self._unexamined = self._unexamined, set()
            try:
                async with self._database.read() as reader:
                    found = await suspects.waiting(
                        reader, self._clock.now(), self._sharing.buckets if buckets is None else buckets
                    )
            except BaseException:
                self._unexamined = None if buckets is None else self._unexamined | buckets
                raise
            self._noted -= found.keys()
            self._attempts |= found

    @property
    def may_be_any(self) -> bool:
        """Whether some input may be one; where not, `has` need not be asked."""
        return bool(self._attempts) or self._unexamined is None or bool(self._unexamined)

    async def has(self, given: Input) -> bool:
        """Whether an input is one."""
        if self._unexamined is None or self._unexamined:
            await self.find()
        return bool(self._attempts) and _id_of(given) in self._attempts

    @asynccontextmanager
    async def attempt(self, todo: Agenda) -> AsyncIterator[ScriptError | None]:
        """Around the turn of a suspect; gives the error of one that is not to be tried again.

        Raises Conflict when another process drives the conversation by now.
        """
        input_id = _id_of(todo.input)
        if not self._attempts[input_id]:
            await self._note(input_id, todo)
            yield None
        else:
            async with self._alone:
                if self._attempts[input_id] >= self._most:
                    _log.error("%s is parked: %d processes ended while they took it in", input_id, self._most)
                    yield ScriptError(
                        "parked", f"{self._most} processes ended while they took this in: it is not tried again"
                    )
                else:
                    await self._note(input_id, todo)
                    yield None
        self._attempts.pop(input_id, None)
        self._noted.discard(input_id)

    def clear(self, writes: WriteSet, given: Input) -> None:
        """With the commit of an input's turn nothing is noted of it any more."""
        if self._attempts and (input_id := _id_of(given)) in self._attempts:
            writes.delete("suspect", {"input_id": input_id})

    async def forgive(self) -> None:
        """This process stops of its own accord: turns that it leaves have not ended it."""
        await asyncio.gather(*(self._forgive(input_id) for input_id in self._noted))
        self._noted.clear()

    async def _note(self, input_id: str, todo: Agenda) -> None:
        if input_id in self._noted:
            return  # nothing came of it, and it is taken again by the same process
        before, now, writes = self._attempts[input_id], self._clock.now(), WriteSet()
        if before:
            _log.warning("%s was under way when a process ended, time %d: it is tried alone", input_id, before)
            key = {"input_id": input_id, "attempts": before}
            writes.update("suspect", key, {"attempts": before + 1, "noted_at": now})
        else:
            writes.insert("suspect", {"input_id": input_id, "attempts": 1, "noted_at": now})
        self._sharing.demand(writes, todo.conversation["id"])
        try:
            await self._database.commit(writes)
        except Conflict as conflict:
            if conflict.table != "suspect":
                raise
            return  # a process that stops has just taken its own attempt back
        self._noted.add(input_id)

    async def _forgive(self, input_id: str) -> None:
        before, writes = self._attempts[input_id], WriteSet()
        key = {"input_id": input_id, "attempts": before + 1}
        if before:
            writes.update("suspect", key, {"attempts": before})
        else:
            writes.delete("suspect", key)
        with suppress(Conflict, DatabaseError):  # another process has it, or cannot know better
            await self._database.commit(writes)


def _id_of(given: Input) -> str:
    match given:
        case Heard(message=row) | TimeIsUp(row) | RunIsDue(row):
            found: str = row["id"]
            return found
