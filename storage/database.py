"""The door to the rows: opens a database, gives short reads, and commits write sets through the one writer."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from tasktalk.storage.committer import Committer
from tasktalk.storage.errors import DatabaseError, clear_errors
from tasktalk.storage.lock import FileLock
from tasktalk.storage.reading import Reader, Readers
from tasktalk.storage.schema import bring_up_to_date
from tasktalk.storage.writes import WriteSet

__all__ = ["Database", "DatabaseError", "Reader", "new_file", "path_of"]

_BUSY_MS = 10_000


class Database:
    """An open database. `open` makes one; `close` waits for what is being written."""

    def __init__(
        self, path: Path, committer: Committer, readers: Readers, lock: FileLock, temporary: Path | None
    ) -> None:
        self.path = path
        self._committer, self._readers, self._lock, self._temporary = committer, readers, lock, temporary

    @classmethod
    async def open(cls, url: str, crash: Callable[[str], None] | None = None) -> "Database":
        """Opens a path, `sqlite:///path` or `:memory:` (private and gone on close), with the tables up to date.

        Raises DatabaseError, in one sentence for the person who gave the url. `crash` is called at named instants of
        each commit, for tests of what a killed process leaves behind.
        """
        path, temporary = path_of(url), None
        if path is None:
            temporary = Path(tempfile.mkdtemp(prefix="tasktalk-"))
            path = temporary / "memory.db"
        lock = FileLock(path)
        writer = _writer(path, is_durable=temporary is None)
        thread = ThreadPoolExecutor(1, thread_name_prefix="tasktalk-writer")
        try:
            connection = await asyncio.wrap_future(thread.submit(_prepare, path, writer, lock))
        except BaseException:
            thread.shutdown()
            if temporary:
                shutil.rmtree(temporary, ignore_errors=True)
            raise
        return cls(path, Committer(connection, thread, crash), Readers(path, _BUSY_MS), lock, temporary)

    def read(self) -> AbstractAsyncContextManager[Reader]:
        """A read transaction. Keep it short, for the write-ahead log cannot shrink meanwhile, and open none inside."""
        return self._readers.read()

    async def commit(self, writes: WriteSet) -> None:
        """Writes all of it or nothing, on disk when it returns; in the order of the calls.

        Raises Conflict or Duplicate when the rows are not as the write set expects, DatabaseError when the database
        cannot be written. A caller that is cancelled meanwhile does not undo it.
        """
        await self._committer.commit(writes)

    def claim(self) -> None:
        """Makes this the one process that drives the conversations of this database, until `close` or its death.

        Raises DatabaseError while another one does.
        """
        if not self._lock.take():
            raise DatabaseError(
                f"another tasktalk is serving the database {self.path}: stop it first, or give another --db"
            )

    async def close(self) -> None:
        """Finishes what was committed and lets go of the file."""
        await self._committer.close()
        await self._readers.close()
        self._lock.release()
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)


def path_of(url: str) -> Path | None:
    """The file that a database url names; None for one that is kept nowhere. Raises DatabaseError for what is not
    SQLite."""
    if url in (":memory:", "sqlite:///:memory:"):
        return None
    scheme, separator, rest = url.partition("://")
    if not separator:
        return Path(url)
    if scheme != "sqlite" or not rest.startswith("/") or len(rest) < 2:
        raise DatabaseError(f"cannot use the database {url}: expected a file or sqlite:///file")
    return Path(rest[1:])


def new_file(url: str) -> Path | None:
    """The file that opening this database would make; None where there is one, or none is kept.

    Raises DatabaseError.
    """
    path = path_of(url)
    return None if path is None or path.exists() else path.absolute()


def _prepare(path: Path, writer: Engine, lock: FileLock) -> Connection:
    if not path.parent.is_dir():
        raise DatabaseError(f"cannot open the database {path}: there is no folder {path.parent}")
    if path.is_dir():
        raise DatabaseError(f"cannot open the database {path}: it is a folder")
    with clear_errors(path):
        connection = writer.connect()
        try:
            bring_up_to_date(connection, path, lock)
        except BaseException:
            connection.close()
            raise
        return connection


def _writer(path: Path, is_durable: bool) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool, json_serializer=_json)

    @event.listens_for(engine, "connect")
    def settings(connection: Any, _: Any) -> None:
        # Without this the driver opens transactions itself, too late, and updates get lost.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {'FULL' if is_durable else 'OFF'}")
        connection.execute("PRAGMA wal_autocheckpoint = 10000")
        connection.execute(f"PRAGMA journal_size_limit = {64 * 1024 * 1024}")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
