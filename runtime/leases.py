"""Which conversations this process drives, of several processes that share a database.

Conversations fall into buckets. A process holds a bucket's lease for as long as it is heard of; the lease's epoch grows
each time it changes hands, and every commit of a turn demands the epoch that this process knows. So a process that was
away for too long can do no harm when it comes back: what it wants to write is refused.

Nobody is elected: each process looks at the same rows and takes or gives back what makes its share fair. Clocks of two
machines are never compared: a process is missed when its row has not changed while the one that looks counted the time.
"""

import asyncio
import logging
import zlib
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

from tasktalk.runtime.clock import Clock
from tasktalk.runtime.ids import new_id
from tasktalk.storage import leases as stored
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict, Row, WriteSet

BUCKETS = 256
HOUSEKEEPING = 0
"""Whoever has this bucket also fires schedules, starts handlers and marks what is overdue."""
BEAT_SECONDS = 2.0
_TRIES = 3
LOST_SECONDS = 10.0
"""A process that says nothing for so long loses its leases to the others."""

_log = logging.getLogger("tasktalk.leases")


@lru_cache(maxsize=10_000)  # a turn asks five times
def bucket_of(conversation_id: str) -> int:
    """The bucket of a conversation, for ever the same."""
    return zlib.crc32(conversation_id.encode()) % BUCKETS


class Leases(Protocol):
    """What the engine asks of them."""

    @property
    def buckets(self) -> Collection[int] | None:
        """The buckets of this process; None for all there are."""
        ...

    def has(self, bucket: int) -> bool:
        """Whether this process may drive the conversations of a bucket now."""
        ...

    def demand(self, writes: WriteSet, bucket: int) -> None:
        """Makes a commit a Conflict of the table `lease` once another process has the bucket."""
        ...

    def lost(self, bucket: int) -> None:
        """Another process has the bucket: a commit was refused."""
        ...


class Everything:
    """For a database that has only one process."""

    buckets: Collection[int] | None = None

    def has(self, bucket: int) -> bool:
        return True

    def demand(self, writes: WriteSet, bucket: int) -> None:
        """Nobody else could have it."""

    def lost(self, bucket: int) -> None:
        """Nobody else could have it."""


class SharedLeases:
    """The leases of one of several processes; `beat` must be called every BEAT_SECONDS.

    `gained` is called with each bucket that this process begins to drive; `idle` gives those of some buckets in which
    nothing is under way: only these are given back.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        gained: Callable[[int], None],
        idle: Callable[[Collection[int]], Collection[int]],
    ) -> None:
        self._database, self._clock, self._gained, self._idle = database, clock, gained, idle
        self.process_id = new_id("prc", clock.now())
        self._epochs: dict[int, int] = {}
        self._leaving: set[int] = set()
        self._lost_count = 0  # since that was told
        self._is_known = False
        self._heard: dict[str, tuple[datetime, datetime]] = {}  # of each process: its last word, and when it was new
        self._others_count = self._others_before = 1  # until it has looked twice

    @property
    def buckets(self) -> Collection[int]:
        return self._epochs.keys() - self._leaving

    @property
    def is_alone(self) -> bool:
        """Whether the last two beats have found no other process, not even a dead one, and none was met since."""
        return self._is_known and not (self._others_count or self._others_before)

    def meet(self) -> None:
        """Another process was heard, which may be too new for the last beat."""
        self._others_count = 1

    def has(self, bucket: int) -> bool:
        return bucket in self._epochs and bucket not in self._leaving

    def demand(self, writes: WriteSet, bucket: int) -> None:
        writes.expect("lease", {"bucket": bucket, "process_id": self.process_id, "epoch": self._epochs.get(bucket, 0)})

    def lost(self, bucket: int) -> None:
        if self._epochs.pop(bucket, None) is not None:
            self.meet()
            self._lost_count += 1

    async def beat(self) -> None:
        """Says that this process lives, and takes or gives back leases until its share is fair."""
        now = self._clock.now()
        await self._say_alive(now)
        async with self._database.read() as reader:
            rows = {row["bucket"]: row for row in await stored.leases(reader)}
            processes = await stored.processes(reader)
        self._others_before, self._others_count = (
            self._others_count,
            len({row["id"] for row in processes} - {self.process_id}),
        )
        alive = self._alive(processes, now)
        self._take_note(rows)
        share = -(-BUCKETS // len(alive))
        free = [b for b in range(BUCKETS) if b not in rows or rows[b]["process_id"] not in alive]
        await self._take(free[: max(0, share - len(self._epochs))], rows)
        self._leaving = set(sorted(self._epochs, reverse=True)[: max(0, len(self._epochs) - share)])
        await self._give_back(self._idle(self._leaving))
        await self._forget(row["id"] for row in processes if row["id"] not in alive)

    async def stop(self) -> None:
        """Gives everything back, so that the others need not wait until this process is missed."""
        self._tell_lost()
        await self._give_back(list(self._epochs))
        await self._forget([self.process_id])
        self._is_known = False

    def _alive(self, processes: Iterable[Row], now: datetime) -> set[str]:
        heard = {}
        for row in processes:
            last, since = self._heard.get(row["id"], (None, now))
            heard[row["id"]] = (row["seen_at"], since if last == row["seen_at"] else now)
        self._heard = heard
        missed = now - timedelta(seconds=LOST_SECONDS)
        return {process_id for process_id, (_, since) in heard.items() if since > missed} | {self.process_id}

    def _take_note(self, rows: dict[int, Row]) -> None:
        for bucket, epoch in list(self._epochs.items()):
            row = rows.get(bucket)
            if row is None or (row["process_id"], row["epoch"]) != (self.process_id, epoch):
                self.lost(bucket)
        self._tell_lost()

    def _tell_lost(self) -> None:
        if self._lost_count:
            told = "others have taken %d of %d buckets over: this process was away for too long"
            _log.warning(told, self._lost_count, BUCKETS)
            self._lost_count = 0

    async def _say_alive(self, now: datetime) -> None:
        is_known = self._is_known
        for left in reversed(range(_TRIES)):
            writes = WriteSet()
            if is_known:
                writes.update("process", {"id": self.process_id}, {"seen_at": now})
            else:
                writes.insert("process", {"id": self.process_id, "seen_at": now})
            try:
                await self._database.commit(writes)
                break
            except Conflict:
                if not left:
                    raise
                # It was away for so long that another one has removed it; or a beat that was cut short, or that goes on
                # at the same moment, has told of it.
                is_known = not is_known
        self._is_known = True

    async def _take(self, wanted: Iterable[int], rows: dict[int, Row]) -> None:
        before = len(self._epochs)
        await asyncio.gather(*(self._take_one(bucket, rows.get(bucket)) for bucket in wanted))
        if len(self._epochs) > before:
            _log.info("%s drives %d of %d buckets", self.process_id, len(self._epochs), BUCKETS)

    async def _take_one(self, bucket: int, row: Row | None) -> None:
        writes = WriteSet()
        epoch = 1 if row is None else row["epoch"] + 1
        if row is None:
            writes.insert("lease", {"bucket": bucket, "process_id": self.process_id, "epoch": epoch})
        else:
            key = {"bucket": bucket, "epoch": row["epoch"]}
            writes.update("lease", key, {"process_id": self.process_id, "epoch": epoch})
        try:
            await self._database.commit(writes)
        except Conflict:
            return  # another process was quicker
        self._epochs[bucket] = epoch
        self._gained(bucket)  # at once: from here on its conversations are this process's

    async def _give_back(self, buckets: Collection[int]) -> None:
        await asyncio.gather(*(self._give_one_back(bucket) for bucket in buckets))

    async def _give_one_back(self, bucket: int) -> None:
        epoch = self._epochs.get(bucket)
        if epoch is None:
            return
        writes = WriteSet()
        key = {"bucket": bucket, "process_id": self.process_id, "epoch": epoch}
        writes.update("lease", key, {"process_id": None, "epoch": epoch + 1})
        with suppress(Conflict):  # it was taken over
            await self._database.commit(writes)
        self._epochs.pop(bucket, None)
        self._leaving.discard(bucket)

    async def _forget(self, process_ids: Iterable[str]) -> None:
        writes = WriteSet()
        for process_id in process_ids:
            writes.delete("process", {"id": process_id})
        await self._database.commit(writes)
