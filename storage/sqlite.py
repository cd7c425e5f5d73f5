"""SQLite: one file, one process that drives it, one connection that writes."""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path
from time import perf_counter
from types import NoneType
from typing import Any

import aiosqlite
from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import NullPool

from tasktalk.storage import many_rows
from tasktalk.storage.access import make_private, refusal, uri_to_read
from tasktalk.storage.backend import ReadingConnection, Size
from tasktalk.storage.errors import RESTORE, Damaged, DatabaseError, cannot_use
from tasktalk.storage.finishing import to_the_end
from tasktalk.storage.grouping import Group
from tasktalk.storage.json_text import json_text
from tasktalk.storage.lock import FileLock
from tasktalk.storage.pace import Pace
from tasktalk.storage.schema import bring_up_to_date
from tasktalk.storage.writes import WriteSet

_BUSY_MS = 10_000
_MOST_MEMORY = 256 * 1024  # KiB of a private database that need not be read from its file
_PAGES = 200  # of the file, given back at a time: some milliseconds
_MOST_DAMAGES = 20
# Of each reader, at most; SQLite's own is 2 MB. A page of a long list meets more than that, and would read all of it
# from the file again with each page.
_CACHE_KB = 16_000
_LOST_REFERENCES = """
    SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY "table", parent ORDER BY "table", parent
"""
# One text that is none would keep every other of its row from being read, and its conversation from its turn for ever.
_MENDED = partial(str, encoding="utf-8", errors="replace")
_OF_ONE = (
    "locking_mode = EXCLUSIVE",
    "journal_mode = MEMORY",  # of what a transaction has changed; the file of one who dies is looked at by nobody
    f"cache_size = -{_MOST_MEMORY}",
)
_DIALECT = SQLiteDialect_pysqlite(paramstyle="qmark")
_DAMAGED = {"SQLITE_NOTADB": "it is not a database", "SQLITE_CORRUPT": "the file is damaged"}
_REFUSED = {
    "SQLITE_CANTOPEN": "the file or its folder cannot be read or written",
    "SQLITE_READONLY": "the file or its folder is read-only",
    "SQLITE_PERM": "the file or its folder is read-only",
}
_SENTENCES = {
    **_DAMAGED,
    **_REFUSED,
    "SQLITE_FULL": "the disk is full",
    "SQLITE_IOERR_SHMSIZE": "the disk is full",  # where it is opened: there is no room for what its readers share
    "SQLITE_IOERR": "the disk gave an error",
    "SQLITE_BUSY": "another program keeps it locked",
    "SQLITE_LOCKED": "another program keeps it locked",
}


class Sqlite:
    """A database in a file; in a private one that is removed by `close`, for `:memory:`."""

    def __init__(self, url: str) -> None:
        """Raises DatabaseError for what is no file."""
        is_private = url in (":memory:", "sqlite:///:memory:")
        self._temporary = Path(tempfile.mkdtemp(prefix="tasktalk-")) if is_private else None
        self.path = self._temporary / "memory.db" if self._temporary else path_of(url)
        self._private: sqlite3.Connection | None = None  # once it is connected
        self._lock = FileLock(self.path.resolve())  # one for the file, by whatever link it is found
        self._errors = _Errors(self)

    @property
    def name(self) -> str:
        return "in memory, gone at the end" if self._temporary else str(self.path.absolute())

    @property
    def is_private(self) -> bool:
        return self._temporary is not None

    @property
    def beside(self) -> Path:
        """A folder for what belongs to the database and is not in it; that of a private database is removed with it."""
        path = self.path.absolute()
        return path.with_name(f"{path.name}-files")

    def new_file(self) -> Path | None:
        """The file that `connect` would make for good; None where there is one, or none is kept."""
        try:
            return None if self._temporary or self.path.exists() else self.path.absolute()
        except OSError as error:
            raise self.error(error) from error

    def demand_place(self) -> None:
        """Raises DatabaseError where there can be no file."""
        if not self.path.parent.is_dir():
            raise DatabaseError(f"cannot open the database {self.path}: there is no folder {self.path.parent}")
        if self.path.is_dir():
            raise DatabaseError(f"cannot open the database {self.path}: it is a folder")

    def connect(self) -> Connection:
        is_new = self.new_file() is not None
        self.demand_place()
        _take_as_it_is()
        with self.errors():
            if is_new:
                with suppress(OSError):  # SQLite says why
                    make_private(self.path)
            connection = _writer(self.path, is_durable=self._temporary is None).connect()
            raw: Any = connection.connection.driver_connection
            try:
                bring_up_to_date(connection, self.name, self._lock)
                # Not before: a migration that writes keys anew writes them in one table after the other.
                raw.execute("PRAGMA foreign_keys = ON")
                # What undoes one statement of many rows would be a file. Not before: a migration sorts whole tables.
                raw.execute("PRAGMA temp_store = MEMORY")
                # Not before it is known to be ours: a file remembers it.
                for pragma in _OF_ONE if self._temporary else ("journal_mode = WAL",):
                    raw.execute(f"PRAGMA {pragma}")
                self._private = raw if self._temporary else None
            except BaseException:
                connection.close()
                raise
            return connection

    def execute(self, connection: Connection, groups: Sequence[Group]) -> None:
        many_rows.execute(connection, groups)

    def loop_writer(self, connection: Connection) -> "SqliteLoopWriter":
        return SqliteLoopWriter(self, connection)

    async def reading(self) -> "SqliteReading | PrivateReading":
        if self._private is not None:
            return PrivateReading(self._private)
        uri = uri_to_read(self.path)
        with self.errors():
            # Where aiosqlite opens a file that cannot be opened, it leaves a thread that fails, too.
            opened = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
            opened.text_factory = _MENDED
            connection = await aiosqlite.Connection(lambda: opened, iter_chunk_size=1)
            found = SqliteReading(opened, connection)
            try:
                opened.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
                opened.execute("PRAGMA query_only = ON")
                with suppress(sqlite3.DatabaseError):  # it looks at the tables: if they are damaged, a read says so
                    opened.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            except BaseException:
                await found.close()
                raise
        return found

    def errors(self) -> AbstractContextManager[None]:
        return self._errors

    def error(self, error: Exception) -> DatabaseError:
        reason = reason_of(error)
        if reason in _REFUSED.values() or isinstance(error, PermissionError):
            reason = refusal(self.path) or reason
        return cannot_use(self.name, reason, Damaged if is_damage(error) else DatabaseError)

    def is_driver_error(self, error: Exception) -> bool:
        return isinstance(error, DBAPIError | sqlite3.Error)

    def is_duplicate(self, error: IntegrityError) -> bool:
        name = getattr(error.orig, "sqlite_errorname", "") or ""
        return name in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}

    def may_be_repeated(self, error: Exception) -> bool:
        return False  # the one writer stands in nobody's way

    async def signals(self, heard: Callable[[str], None]) -> None:
        return None

    def edition(self, connection: Connection) -> int | None:
        # Past SQLAlchemy, which would begin a transaction for it, and with that lock the file.
        found: int = connection.connection.driver_connection.execute("PRAGMA data_version").fetchone()[0]  # type: ignore[union-attr]
        return found

    def shrink(self, connection: Connection) -> bool:
        raw: Any = connection.connection.driver_connection
        with self.errors():
            before = _number(raw, "freelist_count")
            raw.executescript(f"PRAGMA incremental_vacuum({_PAGES})")  # `execute` would stop after one page
            return 0 < _number(raw, "freelist_count") < before

    def purge(self, connection: Connection) -> bool:
        raw: Any = connection.connection.driver_connection
        with self.errors():
            [(is_busy, *_)] = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return not is_busy

    async def damages(self, connection: ReadingConnection, *, is_quick: bool) -> Sequence[str]:
        check = "quick_check" if is_quick else "integrity_check"
        found = [str(row[0]) for row in await connection.fetch(f"PRAGMA {check}({_MOST_DAMAGES})", ())]
        if found != ["ok"]:
            return found
        lost = await connection.fetch(_LOST_REFERENCES, ())
        return [f"{count} rows of {table} name a {parent} that is not there" for table, parent, count in lost]

    def check(self, raw: sqlite3.Connection) -> None:
        """Raises Damaged where one pass over the file, or over a copy of it, finds something wrong."""
        try:
            [(found,), *_] = raw.execute("PRAGMA quick_check(1)").fetchall()
        except sqlite3.DatabaseError as error:
            raise self.error(error) from error
        if found != "ok":
            raise Damaged(f"the database {self.name} is damaged ({' '.join(found.split())}): {RESTORE}")

    async def tables(self, connection: ReadingConnection) -> set[str]:
        return {row[0] for row in await connection.fetch("SELECT name FROM sqlite_master WHERE type = 'table'", ())}

    def vacuum(self, connection: Connection) -> Iterator[float]:
        raw: Any = connection.connection.driver_connection
        self.check(raw)
        begun_with = _number(raw, "freelist_count")
        while self.shrink(connection):
            yield 1.0 - _number(raw, "freelist_count") / begun_with
        yield 1.0

    def size(self, connection: Connection) -> Size:
        raw: Any = connection.connection.driver_connection
        page = _number(raw, "page_size")
        return Size(_number(raw, "page_count") * page, _number(raw, "freelist_count") * page)

    def claim(self) -> bool:
        with self.errors():
            if self.path.stat().st_nlink > 1:
                # Another name has another lock, and another -wal file, which would end in a damaged database.
                why = "its file has several names (hard links): remove all but one, or serve a copy of it"
                raise DatabaseError(f"cannot use the database {self.path}: {why}")
            return self._lock.take()

    def close(self) -> None:
        self._lock.release()
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)


class SqliteLoopWriter:
    """Writes over the connection of the writer's thread. It waits for no other program: what would have to is an error,
    and then the thread waits. So `write` never gives the event loop to others."""

    def __init__(self, backend: Sqlite, connection: Connection) -> None:
        self._backend, self._connection, self._pace = backend, connection, Pace()
        self._raw: Any = connection.connection.driver_connection
        self._sets, self._began = 0, 0.0

    def takes(self, batch: Sequence[WriteSet]) -> bool:
        self._sets, self._began = len(batch), perf_counter()
        return self._pace.is_quick(batch)

    async def write(self, groups: Sequence[Group], finishing: Callable[[], None]) -> None:
        self._raw.execute("PRAGMA busy_timeout = 0")
        try:
            self._connection.begin()
            self._backend.execute(self._connection, groups)
            finishing()
            self._connection.commit()
        except Exception:
            self._connection.rollback()
            raise
        finally:
            self._raw.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            self._pace.took(self._sets, perf_counter() - self._began)

    async def close(self) -> None:
        """The connection is the thread's."""


class _Errors:
    """Each statement is run in it, so there is one, and it is no generator."""

    def __init__(self, backend: Sqlite) -> None:
        self._backend = backend

    def __enter__(self) -> None:
        return

    def __exit__(self, _: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, DBAPIError | sqlite3.Error):
            raise self._backend.error(error) from error


class SqliteReading:
    """A connection of aiosqlite: each wait costs one hop to its thread, transactions none.

    That a transaction begins and ends is noted in memory, and nobody waits for it; so it is done in the caller's own
    thread, while the other one has nothing to do.
    """

    def __init__(self, opened: sqlite3.Connection, connection: aiosqlite.Connection) -> None:
        self._opened, self._connection = opened, connection
        self._has_begun = False

    @property
    def dialect(self) -> Dialect:
        return _DIALECT

    @property
    def is_usable(self) -> bool:
        return True

    def begin(self) -> None:
        """With the first statement: many looks find out before that nothing is to be read."""

    def _begin(self) -> None:
        if not self._has_begun:
            self._opened.execute("BEGIN")
            self._has_begun = True

    def fetch_now(self, sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
        self._begin()
        return self._opened.execute(sql, parameters).fetchall()

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
        [found] = await self.fetch_each([(sql, parameters)])
        return found

    async def fetch_each(
        self, asked: Sequence[tuple[str, Sequence[Any]]], *, is_all: bool = False
    ) -> Sequence[Sequence[Sequence[Any]]]:
        self._begin()
        try:
            # aiosqlite's own methods take one statement to its thread; this is what they are made of.
            asking = self._connection._execute(self._fetch_each, asked)  # type: ignore[no-untyped-call]
            found: Sequence[Sequence[Sequence[Any]]] = await asking
            return found
        except asyncio.CancelledError:
            # Its thread goes on with the statement, and does one after the other: so then it has ended.
            await to_the_end(self._connection.execute_fetchall("SELECT 1"))
            raise

    def _fetch_each(self, asked: Sequence[tuple[str, Sequence[Any]]]) -> Sequence[Sequence[Sequence[Any]]]:
        return [self._opened.execute(sql, parameters).fetchall() for sql, parameters in asked]

    def end(self) -> None:
        if self._has_begun:
            self._opened.execute("ROLLBACK")
            self._has_begun = False

    async def close(self) -> None:
        await self._connection.close()


class PrivateReading:
    """The writer's connection to a private database, as readers have it.

    All that uses it is done in one thread, a commit from its beginning to its end; so a transaction of readers need not
    be one. Whoever reads, lets others go on, and reads again after a commit has to begin anew: then it is not usable.
    """

    def __init__(self, opened: sqlite3.Connection) -> None:
        self._opened = opened
        opened.text_factory = _MENDED
        self._seen: int | None = None

    @property
    def dialect(self) -> Dialect:
        return _DIALECT

    @property
    def is_usable(self) -> bool:
        return self._seen is None or self._seen == self._opened.total_changes

    def begin(self) -> None:
        self._seen = None

    def fetch_now(self, sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]] | None:
        if self._seen is None:
            self._seen = self._opened.total_changes
        elif not self.is_usable:
            return None
        return self._opened.execute(sql, parameters).fetchall()

    async def fetch_each(
        self, asked: Sequence[tuple[str, Sequence[Any]]], *, is_all: bool = False
    ) -> Sequence[Sequence[Sequence[Any]]]:
        return [await self.fetch(sql, parameters) for sql, parameters in asked]

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
        found = self.fetch_now(sql, parameters)
        if found is None:
            raise sqlite3.OperationalError("something was written while it was read")
        return found

    def end(self) -> None:
        self._seen = None

    async def close(self) -> None:
        """It is the writer's to close."""


def is_damage(error: Exception) -> bool:
    """Whether one of the driver's errors tells that what is stored is not as it was written."""
    return reason_of(error) in _DAMAGED.values()


def reason_of(error: Exception) -> str:
    """What one of the driver's errors means, for a person."""
    original = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(original, "sqlite_errorname", "") or ""
    told = original.strerror if isinstance(original, OSError) else None
    return next((sentence for code, sentence in _SENTENCES.items() if name.startswith(code)), told or str(original))


def _number(raw: sqlite3.Connection, pragma: str) -> int:
    [(found,)] = raw.execute(f"PRAGMA {pragma}").fetchall()
    return int(found)


def path_of(url: str) -> Path:
    """The file that a database url names. Raises DatabaseError for what is no file of SQLite."""
    scheme, separator, rest = url.partition("://")
    is_file = not separator or (scheme == "sqlite" and rest.startswith("/"))
    path = Path(rest[1:] if separator else url)
    if not is_file or not path.name:
        raise DatabaseError(f"cannot use the database {url!r}: expected a file or sqlite:///file")
    return path


def _take_as_it_is() -> None:
    """Lets the driver take bytes, and what is null, without a search for how to adapt each of them.

    Rows are full of nulls, and such a search takes a third of the time in which a row is written. It holds for the
    whole process, and changes no value.
    """
    for kind in (bytes, memoryview, NoneType):
        sqlite3.register_adapter(kind, lambda value: value)


def _writer(path: Path, is_durable: bool) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        json_serializer=json_text,
        connect_args={"check_same_thread": False, "cached_statements": many_rows.STATEMENTS},
        hide_parameters=True,  # in errors, which are logged: among them is what people said
    )

    @event.listens_for(engine, "connect")
    def settings(connection: Any, _: Any) -> None:
        # Without this the driver opens transactions itself, too late, and updates get lost.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute(f"PRAGMA synchronous = {'FULL' if is_durable else 'OFF'}")
        connection.execute("PRAGMA wal_autocheckpoint = 10000")
        connection.execute(f"PRAGMA journal_size_limit = {64 * 1024 * 1024}")
        connection.execute("PRAGMA secure_delete = ON")  # what is removed is nowhere in the file

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Past SQLAlchemy, for which each statement of its own costs as much as what a small commit writes.
        connection.connection.driver_connection.execute("BEGIN IMMEDIATE")  # type: ignore[union-attr]

    return engine
