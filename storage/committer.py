"""Group commit: what is queued while a transaction is on its way to the disk shares the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import chain
from time import perf_counter
from typing import TypeAlias, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError

from tasktalk.storage.backend import Backend
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.grouping import Group, Unexpected, grouped, singly
from tasktalk.storage.one_thread import Worker, tell
from tasktalk.storage.writes import Conflict, Duplicate, WriteSet

BATCH = 256
_WORTH_IT = 128  # write sets: what more of them would save is little
_GATHERING_SECONDS = 0.05  # at most, while the event loop brings more and more
_REPEATS = 10
_MOST_WRITES = 2048  # without a thread
_MISFITS = (Unexpected, IntegrityError, StatementError)

R = TypeVar("R")
_Queued: TypeAlias = tuple[WriteSet, "asyncio.Future[None]"]


class Committer:
    """The one writer of a database: the event loop, and a thread with a connection of its own for what it cannot take.

    In a thread each statement lets the event loop have the interpreter and then waits for it, and each of the two has
    to be woken up: that takes longer than to write a few turns. But the thread may wait: for a lock, for a server that
    is away, for a large batch.

    There is no linger time: a batch is whatever has come while the one before it was written, and what the event loop
    has at hand. Each batch costs something, however small it is, and takes that from those who compute.
    """

    def __init__(
        self,
        backend: Backend,
        connection: Connection,
        thread: Worker,
        crash: Callable[[str], None] | None = None,
    ) -> None:
        self._backend, self._connection, self._thread = backend, connection, thread
        self._crash = crash or _no_crash
        self._loop_writer = backend.loop_writer(connection) if thread.is_apart else None
        self._queued: list[_Queued] = []
        self._writing: asyncio.Task[None] | None = None
        self._is_closed = self._is_committing = False
        self._writing_since: float | None = None
        self.problem: DatabaseError | None = None
        """Why the last commit could not be written; None when the database took it."""
        self.batches = 0
        """How many there were, written or refused."""
        self.watchers: list[Callable[[int, int, float], None]] = []
        """Called after each commit with its write sets, with how many of them were refused, and with its seconds."""

    @property
    def writing_seconds(self) -> float:
        """For how long the commit under way has lasted; 0 when there is none."""
        return 0.0 if self._writing_since is None else perf_counter() - self._writing_since

    def commit(self, writes: WriteSet) -> Awaitable[None]:
        """Is over when all of `writes` is on disk; raises Conflict, Duplicate or DatabaseError and keeps none of it."""
        if self._is_closed:
            raise DatabaseError("the database is closed")
        # Its own: who is cancelled meanwhile takes only this away, and the batch goes on.
        done = asyncio.get_running_loop().create_future()
        if not writes.writes:
            done.set_result(None)
            return done
        self._queued.append((writes, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_queued())
        return done

    async def between(self, work: Callable[[Connection], R]) -> R:
        """Does something with the connection between two batches. Raises DatabaseError."""
        if self._is_closed:
            raise DatabaseError("the database is closed")
        return await self._thread.do(partial(self._do, work))

    def _do(self, work: Callable[[Connection], R]) -> R:
        with self._backend.errors():
            return work(self._connection)

    async def close(self) -> None:
        """Writes what is queued, then closes the connection; what comes later is refused."""
        self._is_closed = True
        while self._writing:
            await asyncio.wait([self._writing])
        if self._loop_writer is not None:
            await self._loop_writer.close()
        await self._thread.do(self._connection.close)
        self._thread.stop()

    async def _write_queued(self) -> None:
        try:
            while self._queued:
                if self._thread.is_apart:  # elsewhere a batch of one costs nobody else anything
                    await self._gather()
                batch, self._queued = self._queued[:BATCH], self._queued[BATCH:]
                sets, failures = [writes for writes, _ in batch], list[Exception | None]()
                self._writing_since = began = perf_counter()
                try:
                    if await self._is_written_here(sets):
                        failures = [None] * len(batch)
                    else:
                        failures = await self._thread.do(partial(self._write, sets))
                except Exception as error:  # not even the rollback went well; nobody may wait for ever
                    failures = [self._told(error)] * len(batch)
                self._writing_since = None
                self.batches += 1
                self.problem = next((found for found in failures if isinstance(found, DatabaseError)), None)
                for watcher in self.watchers:
                    watcher(len(batch), len(batch) - failures.count(None), perf_counter() - began)
                for (writes, done), failure in zip(batch, failures, strict=True):
                    if failure is None:
                        writes.committed_with = len(batch)
                    tell(done, None, failure)
        finally:
            self._writing = None

    async def _gather(self) -> None:
        """Returns when a round of the event loop has brought nothing more, or enough is there."""
        seen, began = 0, perf_counter()
        while seen < len(self._queued) < _WORTH_IT and perf_counter() - began < _GATHERING_SECONDS:
            seen = len(self._queued)
            await asyncio.sleep(0)

    async def _is_written_here(self, batch: Sequence[WriteSet]) -> bool:
        """Writes the batch in the event loop, where that is quick and the last one went well. Else False, and nothing
        is written, also where not all of it fits: then it is for the thread, which finds out whose fault it is."""
        writer = self._loop_writer
        if writer is None or not self._thread.is_idle or self.problem is not None:
            return False
        if sum([len(writes.writes) for writes in batch]) > _MOST_WRITES or not writer.takes(batch):
            return False
        self._is_committing = False
        try:
            await writer.write(grouped(chain.from_iterable([writes.writes for writes in batch])), self._finishing)
            self._crash("after-commit")
        except Exception as error:
            if self._is_committing and not self._backend.may_be_repeated(error):
                raise
            if isinstance(error, _MISFITS) or self._backend.is_driver_error(error):
                return False
            raise
        return True

    def _write(self, batch: Sequence[WriteSet]) -> list[Exception | None]:
        """In the writer's thread: for each write set None, or why nothing of it was written.

        Each transaction is begun by name: once a begin has failed, as on a locked file, SQLAlchemy begins none by
        itself any more, and every statement would be a transaction of its own.
        """
        for left in reversed(range(_REPEATS)):
            self._is_committing = False
            try:
                if self._write_together(batch):
                    return [None] * len(batch)
                return self._write_one_by_one(batch)
            except Exception as error:
                self._connection.rollback()
                if left and (self._backend.may_be_repeated(error) or self._was_cut_off(error)):
                    continue
                return [self._told(error)] * len(batch)
        raise AssertionError("the last try returns")

    def _told(self, error: Exception) -> Exception:
        return self._backend.error(error) if self._backend.is_driver_error(error) else error

    def _write_together(self, batch: Sequence[WriteSet]) -> bool:
        """One transaction for all; False, and nothing written, when one of them does not fit the rows."""
        try:
            self._connection.begin()
            groups = grouped(chain.from_iterable([writes.writes for writes in batch]))
            self._backend.execute(self._connection, groups)
        except _MISFITS as error:
            self._connection.rollback()
            if isinstance(error, OperationalError):
                raise
            return False
        self._finish()
        return True

    def _write_one_by_one(self, batch: Sequence[WriteSet]) -> list[Exception | None]:
        """One transaction, in which each write set stands or falls alone; exactly in order."""
        failures: list[Exception | None] = []
        self._connection.begin()
        for writes in batch:
            savepoint = self._connection.begin_nested()
            failure = None
            for group in singly(writes.writes):
                failure = self._attempt(group)
                if failure:
                    break
            if failure:
                savepoint.rollback()
            else:
                savepoint.commit()
            failures.append(failure)
        self._finish()
        return failures

    def _finishing(self) -> None:
        self._crash("before-commit")
        self._is_committing = True

    def _finish(self) -> None:
        self._finishing()
        self._connection.commit()
        self._crash("after-commit")

    def _was_cut_off(self, error: Exception) -> bool:
        """Whether the connection broke before the commit was asked for: then surely nothing is written, and the next
        statement makes a new one."""
        return not self._is_committing and isinstance(error, DBAPIError) and error.connection_invalidated

    def _attempt(self, group: Group) -> Exception | None:
        write = group.first
        row = write.row if group.kind == "insert" else write.key  # type: ignore[union-attr]
        try:
            self._backend.execute(self._connection, [group])
        except Unexpected as found:
            return Conflict(write.table, row, f"expected one such row, found {found.count}")
        except IntegrityError as error:
            if self._backend.is_duplicate(error):
                return Duplicate(write.table, row, f"there is such a row already ({_reason(error)})")
            return Conflict(write.table, row, _reason(error))
        except OperationalError:
            raise
        except StatementError as error:
            # A value that the column cannot take: the fault of whoever made the write set.
            return error.orig if isinstance(error.orig, Exception) else error
        return None


def _reason(error: IntegrityError) -> str:
    # The first line names the rule. On PostgreSQL the second has the row's values, which must not get into a log.
    return str(error.orig).partition("\n")[0]


def _no_crash(_: str) -> None:
    return
