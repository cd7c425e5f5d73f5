"""PostgreSQL, or a database that speaks it, by URL: for when several processes are to share one.

Only what the standard has is used: no advisory locks, nothing that elects a leader.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors as sql
from psycopg import sql as identified
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection, Dialect, create_engine, event, make_url, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.pool import NullPool

from tasktalk.storage import arrays
from tasktalk.storage.backend import ReadingConnection, Size
from tasktalk.storage.errors import Damaged, DatabaseError, Unfit, cannot_use
from tasktalk.storage.grouping import Group
from tasktalk.storage.json_text import json_text
from tasktalk.storage.notifications import Notifications
from tasktalk.storage.pipelined import AsyncPipeline, Statement
from tasktalk.storage.schema import bring_up_to_date
from tasktalk.storage.tables import metadata
from tasktalk.storage.writes import WriteSet

_SECONDS = 10  # to wait for a server that does not answer
# A server that is cut off says nothing more: without these, a statement would wait for it for a quarter of an hour.
_CONNECTING: dict[str, Any] = {
    "connect_timeout": _SECONDS,
    "tcp_user_timeout": _SECONDS * 1000,
    "keepalives_idle": _SECONDS,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "application_name": "tasktalk",
    "client_encoding": "UTF8",  # in which all that is written is sent, whatever the database has
    "prepare_threshold": None,  # after a rollback psycopg would make the server forget ours together with its own
}
_TRIES = 3
_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_END, _UNDO = Statement("COMMIT"), Statement("ROLLBACK")
# The writer finds rows by their keys alone. A plan that was made while a table was small, and is kept, would go on to
# read all of it for each batch when it has grown.
_BY_KEY = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off"
_DIALECT: Dialect = PGDialect_psycopg(  # type: ignore[no-untyped-call]
    dbapi=psycopg, paramstyle="numeric_dollar", json_serializer=json_text
)
_SENTENCES: dict[type[psycopg.Error], str] = {
    sql.InvalidPassword: "the server does not take this user and password",
    sql.InvalidAuthorizationSpecification: "the server does not take this user",
    sql.InvalidCatalogName: "the server has no such database; make it with: createdb NAME",
    sql.InsufficientPrivilege: "this user may not do that",
    sql.TooManyConnections: "the server has too many connections already",
    sql.DiskFull: "the server's disk is full",
    sql.AdminShutdown: "the server is stopping",
    sql.CrashShutdown: "the server has crashed",
    sql.CannotConnectNow: "the server is starting or stopping",
    sql.ReadOnlySqlTransaction: "the server takes no writes: is it a replica?",
}
# It keeps watch over most of what can go wrong itself; this is what it tells of.
_DAMAGES = """
    SELECT 'the index ' || indexrelid::regclass || ' is not valid: it was not built to its end'
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE NOT indisvalid AND relnamespace = ANY (current_schemas(false)::regnamespace[])
    UNION ALL
    SELECT 'the rule ' || conname || ' of ' || conrelid::regclass || ' was never checked for the rows that are there'
    FROM pg_constraint
    WHERE NOT convalidated AND connamespace = ANY (current_schemas(false)::regnamespace[])
    UNION ALL
    SELECT checksum_failures || ' pages were found damaged when they were read'
    FROM pg_stat_database
    WHERE datname = current_database() AND checksum_failures > 0
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = ANY (current_schemas(false))"
# Two processes that make the tables of an empty database at the same moment stand in each other's way.
_MADE_BY_ANOTHER = (sql.UniqueViolation, sql.DuplicateTable, sql.DuplicateObject)


class Postgresql:
    """A database on a server."""

    def __init__(self, url: str) -> None:
        """Raises DatabaseError for what is no URL of a database."""
        try:
            self._url = make_url(url).set(drivername="postgresql+psycopg")
        except (ArgumentError, ValueError):
            raise DatabaseError("expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE") from None
        if not self._url.database:
            raise DatabaseError(f"cannot use the database {self.name}: it has no name; add it behind the last /")

    @property
    def name(self) -> str:
        return self._url.set(drivername="postgresql").render_as_string(hide_password=True)

    def libpq_url(self, database: str | None = None) -> str:
        """The URL as PostgreSQL's own programs take it, password included; or that of another database there."""
        url = self._url.set(drivername="postgresql", database=database or self._url.database)
        return url.render_as_string(hide_password=False)

    @property
    def is_private(self) -> bool:
        return False

    def connect(self) -> Connection:
        engine = create_engine(
            self._url,
            poolclass=NullPool,
            json_serializer=json_text,
            hide_parameters=True,  # in errors, which are logged: among them is what people said
            connect_args=_CONNECTING,
        )
        with self.errors():
            connection = engine.connect()
            try:
                for left in reversed(range(_TRIES)):
                    try:
                        bring_up_to_date(connection, self.name, None)
                        break
                    except DBAPIError as error:
                        if not left or not (isinstance(error.orig, _MADE_BY_ANOTHER) or self.may_be_repeated(error)):
                            raise
                _find_by_key(connection.connection.driver_connection)
            except BaseException:
                connection.close()
                raise
            event.listen(engine, "connect", _find_by_key)
            return connection

    def execute(self, connection: Connection, groups: Sequence[Group]) -> None:
        arrays.execute(connection, groups)

    def loop_writer(self, connection: Connection) -> "PostgresqlLoopWriter":
        return PostgresqlLoopWriter(self._connect)

    async def reading(self) -> "PostgresqlReading":
        with self.errors():
            return PostgresqlReading(await self._connect())

    async def _connect(self) -> psycopg.AsyncConnection[tuple[Any, ...]]:
        return await psycopg.AsyncConnection.connect(self.libpq_url(), **_CONNECTING)

    @contextmanager
    def errors(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, psycopg.Error) as error:
            raise self.error(error) from error

    def error(self, error: Exception) -> DatabaseError:
        original = error.orig if isinstance(error, DBAPIError) else error
        for kind, sentence in _SENTENCES.items():
            if isinstance(original, kind):
                return cannot_use(self.name, sentence)
        if isinstance(original, sql.DataCorrupted | sql.IndexCorrupted):
            return cannot_use(self.name, _first_line(original), Damaged)
        if isinstance(original, psycopg.DataError):
            return cannot_use(self.name, _first_line(original), Unfit)
        if isinstance(original, psycopg.OperationalError) and original.sqlstate is None:
            return cannot_use(self.name, f"the server does not answer ({_first_line(original)})")
        return cannot_use(self.name, _first_line(original))

    def is_driver_error(self, error: Exception) -> bool:
        return isinstance(error, DBAPIError | psycopg.Error)

    def is_duplicate(self, error: IntegrityError) -> bool:
        return isinstance(error.orig, sql.UniqueViolation)

    def may_be_repeated(self, error: Exception) -> bool:
        original = error.orig if isinstance(error, DBAPIError) else error
        return isinstance(original, sql.SerializationFailure | sql.DeadlockDetected)

    async def signals(self, heard: Callable[[str], None]) -> Notifications:
        with self.errors():
            return await Notifications.open(self._connect, heard)

    def edition(self, connection: Connection) -> None:
        return None

    def shrink(self, connection: Connection) -> bool:
        return False  # its autovacuum sees to that

    def purge(self, connection: Connection) -> bool:
        return True  # its autovacuum sees to that

    async def damages(self, connection: ReadingConnection, *, is_quick: bool) -> Sequence[str]:
        return [str(row[0]) for row in await connection.fetch(_DAMAGES, ())]

    async def tables(self, connection: ReadingConnection) -> set[str]:
        return {row[0] for row in await connection.fetch(_TABLES, ())}

    def vacuum(self, connection: Connection) -> Iterator[float]:
        raw: Any = connection.connection.driver_connection
        tables = [table.name for table in metadata.sorted_tables]
        connection.rollback()
        raw.autocommit = True  # it cannot be done inside a transaction
        try:
            for done, table in enumerate(tables, 1):
                with self.errors():
                    raw.execute(identified.SQL("VACUUM (ANALYZE) {}").format(identified.Identifier(table)))
                yield done / len(tables)
        finally:
            raw.autocommit = False

    def size(self, connection: Connection) -> Size:
        with self.errors(), connection.begin():
            return Size(connection.scalar(text("SELECT pg_database_size(current_database())")), None)

    def claim(self) -> bool:
        return True

    def close(self) -> None:
        """Nothing is held beside the connections."""


class PostgresqlLoopWriter:
    """Writes over a connection of its own, on which the event loop waits for the server as it does for a reader's."""

    def __init__(self, connect: Callable[[], Awaitable[psycopg.AsyncConnection[tuple[Any, ...]]]]) -> None:
        self._connect = connect
        self._line: AsyncPipeline | None = None  # opened when it is needed

    def takes(self, batch: Sequence[WriteSet]) -> bool:
        return True

    async def write(self, groups: Sequence[Group], finishing: Callable[[], None]) -> None:
        asked = arrays.Asked(groups)
        if self._line is None or not self._line.is_open:
            self._line = await self._open()
        line = self._line
        try:
            asked.demand_rows(await line.ask(asked.statements, begin="BEGIN"))
            finishing()
            await line.ask([_END], begin=None)
        except Exception:
            await _undo(line)
            raise

    async def _open(self) -> AsyncPipeline:
        connection = await self._connect()
        try:
            await connection.execute(_BY_KEY)
            await connection.commit()
        except psycopg.Error:
            await connection.rollback()
        return AsyncPipeline(connection)

    async def close(self) -> None:
        if self._line is not None:
            self._line.close()


class PostgresqlReading:
    """A connection whose socket the event loop watches all the time; psycopg itself must not wait there."""

    def __init__(self, connection: psycopg.AsyncConnection[tuple[Any, ...]]) -> None:
        self._connection = connection
        self._pipeline = AsyncPipeline(connection)
        self._ways = Transformer(connection)  # of values, in and out

    @property
    def dialect(self) -> Dialect:
        return _DIALECT

    @property
    def is_usable(self) -> bool:
        return self._pipeline.is_open

    def begin(self) -> None:
        """It begins with the first statement, in the same way to the server."""

    def fetch_now(self, sql: str, parameters: Sequence[Any]) -> None:
        return None

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
        [found] = await self.fetch_each([(sql, parameters)])
        return found

    async def fetch_each(
        self, asked: Sequence[tuple[str, Sequence[Any]]], *, is_all: bool = False
    ) -> Sequence[Sequence[Sequence[Any]]]:
        statements = [self._statement(sql, values) for sql, values in asked]
        is_alone = is_all and len(asked) == 1  # it sees one moment by itself
        if is_all and not is_alone:
            statements.append(_END)
        results = await self._pipeline.ask(statements, begin=None if is_alone else _BEGIN)
        return [self._rows(result) for result in results[: len(asked)]]

    def _statement(self, sql: str, values: Sequence[Any]) -> Statement:
        ways = self._ways
        given = ways.dump_sequence(values, [PyFormat.AUTO] * len(values))
        return Statement(sql, given, ways.types or (), ways.formats) if values else Statement(sql)

    def _rows(self, result: PGresult) -> Sequence[Sequence[Any]]:
        self._ways.set_pgresult(result)
        rows = self._ways.load_rows(0, result.ntuples, tuple)
        self._ways.set_pgresult(None)  # it would be kept until the next one
        return rows

    def end(self) -> Awaitable[Any] | None:
        return None if self._pipeline.is_between else self._pipeline.ask([_UNDO], begin=None)

    async def close(self) -> None:
        self._pipeline.close()


async def _undo(line: AsyncPipeline) -> None:
    if not line.is_between:
        try:
            await line.ask([_UNDO], begin=None)
        except psycopg.Error:
            line.close()  # which undoes it, too


def _find_by_key(connection: Any, *_: object) -> None:
    try:
        connection.execute(_BY_KEY)
        connection.commit()
    except psycopg.Error:  # what only speaks PostgreSQL's language may plan in another way
        connection.rollback()


def _first_line(error: BaseException | None) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
