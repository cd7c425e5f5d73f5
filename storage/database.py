"""The door to the rows: opens a database, gives short reads, and commits write sets through the one writer."""

from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from uuid import uuid4

from tasktalk.storage.backend import Backend, Signals
from tasktalk.storage.committer import Committer
from tasktalk.storage.errors import DatabaseError, no_driver
from tasktalk.storage.immediate import Immediately
from tasktalk.storage.one_thread import OneThread, Worker
from tasktalk.storage.reading import Asked, Looks, Reader, Readers
from tasktalk.storage.sqlite import Sqlite
from tasktalk.storage.writes import Conflict, Row, WriteSet

__all__ = ["Asked", "Database", "DatabaseError", "Reader", "backend_of", "existing", "new_file"]


class Database:
    """An open database. `open` makes one; `close` waits for what is being written."""

    def __init__(self, backend: Backend, committer: Committer) -> None:
        self._backend, self._committer, self._readers = backend, committer, Readers(backend)
        self.looks: Asked = Looks(self._readers)
        """Reads for which one question is enough: cheaper than `read`, and much cheaper where many ask at once."""
        self._signals: Signals | None = None
        self.undemanding: dict[str, Row] = {}
        """Organisations that were seen to ask nothing of their tasks. Who builds on that expects the version with the
        commit: when that is a Conflict, none is remembered any more."""

    @classmethod
    async def open(cls, url: str, crash: Callable[[str], None] | None = None) -> Self:
        """Opens a path, `sqlite:///path`, `:memory:` (private and gone on close) or `postgresql://…`, with the tables
        up to date.

        Raises DatabaseError, in one sentence for the person who gave the url. `crash` is called at named instants of
        each commit, for tests of what a killed process leaves behind.
        """
        backend = backend_of(url)
        thread: Worker = Immediately() if backend.is_private else OneThread("tasktalk-writer")
        try:
            connection = await thread.do(backend.connect)
        except BaseException:
            thread.stop()
            backend.close()
            raise
        return cls(backend, Committer(backend, connection, thread, crash))

    @property
    def name(self) -> str:
        """What to call it towards the person who runs it."""
        return self._backend.name

    @property
    def beside(self) -> Path | None:
        """A folder for what belongs to the database and is not in it, made or not; None where it has no place on this
        machine."""
        return self._backend.beside if isinstance(self._backend, Sqlite) else None

    def read(self) -> AbstractAsyncContextManager[Reader]:
        """A read transaction. Keep it short, and open none inside."""
        return self._readers.read()

    async def commit(self, writes: WriteSet) -> None:
        """Writes all of it or nothing, on disk when it returns; in the order of the calls.

        Raises Conflict or Duplicate when the rows are not as the write set expects, DatabaseError when the database
        cannot be written. A caller that is cancelled meanwhile does not undo it.
        """
        try:
            await self._committer.commit(writes)
        except Conflict as conflict:
            if conflict.table == "organisation":
                self.undemanding.clear()
            raise

    def watch(self, watcher: Callable[[int, int, float], None]) -> None:
        """Calls `watcher` after each commit: with its write sets, how many of them were refused, and its seconds."""
        self._committer.watchers.append(watcher)

    @property
    def writing_seconds(self) -> float:
        """For how long the commit under way has lasted; 0 when there is none."""
        return self._committer.writing_seconds

    @property
    def changes(self) -> int:
        """A number that grows with all that is written by this process."""
        return self._committer.batches

    @property
    def problem(self) -> DatabaseError | None:
        """Why the last commit was not written; None when the database takes what is written."""
        return self._committer.problem

    async def try_writing(self) -> None:
        """Finds out whether the database takes what is written again, by a row that nobody ever sees."""
        row = {"id": f"probe-{uuid4().hex}", "seen_at": datetime.now(UTC)}
        writes = WriteSet()
        writes.insert("process", row)
        writes.delete("process", {"id": row["id"]})
        with suppress(DatabaseError):
            await self._committer.commit(writes)

    async def shrink(self) -> bool:
        """Gives a small part of the space that nothing needs back to the system; whether there is more of it."""
        return await self._committer.between(self._backend.shrink)

    async def purge(self) -> bool:
        """Leaves nothing in the files of what was removed; False while another's read keeps that from being done."""
        return await self._committer.between(self._backend.purge)

    async def listen(self, heard: Callable[[str], None]) -> bool:
        """Whether other processes may share the database. Then `heard` gets each word that one of them calls (see
        `tell`), and "" when some may have been missed."""
        self._signals = await self._backend.signals(heard)
        return self._signals is not None

    @property
    def is_told(self) -> bool:
        """Whether this process hears what others `tell`, and has heard itself do so."""
        return self._signals is not None and self._signals.is_heard

    async def tell(self, words: Collection[str]) -> None:
        """Calls words to the processes that share the database. It only makes things faster: one may get lost."""
        if self._signals is not None:
            await self._signals.tell(words)

    async def edition(self) -> int | None:
        """A number that changes when another program has written to the database; what this one writes changes nothing.

        None where processes tell each other (`tell`), and where there can be no other program. Raises DatabaseError.
        """
        if self._backend.is_private:
            return None
        return await self._committer.between(self._backend.edition)

    def claim(self) -> None:
        """Makes this the process that drives the conversations of this database, until `close` or its death.

        Raises DatabaseError while another one does and only one can.
        """
        if not self._backend.claim():
            raise DatabaseError(
                f"another tasktalk is serving the database {self.name}: stop it first, or give another --db"
            )

    async def close(self) -> None:
        """Finishes what was committed and lets go of the database."""
        if self._signals is not None:
            await self._signals.close()
        await self._committer.close()
        await self._readers.close()
        self._backend.close()


def new_file(url: str) -> Path | None:
    """The file that opening this database would make; None where there is one, or none is kept.

    Raises DatabaseError.
    """
    backend = backend_of(url)
    try:
        return backend.new_file() if isinstance(backend, Sqlite) else None
    finally:
        backend.close()


def demand_place(url: str) -> None:
    """Raises DatabaseError for what is no database's name, and for a file that cannot be; asks no server."""
    backend = backend_of(url)
    try:
        if isinstance(backend, Sqlite):
            backend.demand_place()
    finally:
        backend.close()


def existing(url: str) -> Backend:
    """The kind of database that a URL names. Raises DatabaseError where opening it would make it."""
    if (new := new_file(url)) is not None:
        raise DatabaseError(f"there is no database {new}: give one with --db")
    return backend_of(url)


def backend_of(url: str) -> Backend:
    """The kind of database that a URL names, not connected yet. Raises DatabaseError."""
    scheme, separator, _ = url.partition("://")
    if not separator or scheme == "sqlite":
        return Sqlite(url)
    if scheme not in ("postgresql", "postgres"):
        raise DatabaseError(f"cannot use a database of {scheme}: expected a file, sqlite:///file or postgresql://…")
    try:
        from tasktalk.storage.postgresql import Postgresql
    except ImportError:
        raise no_driver() from None
    return Postgresql(url)
