"""Databases that go away under a running engine, and come back: for tests of what happens meanwhile."""

import sqlite3
import sys
from pathlib import Path
from typing import Any, ClassVar, Protocol
from uuid import uuid4

import psycopg
import pytest

from tasktalk.storage import sqlite
from tests.databases import psycopg_uri
from tests.servers import own_server, stop


class Outage(Protocol):
    """A database of its own."""

    url: str
    check: str
    """By what /readyz finds out; `problem` is what it says."""
    problem: str

    def begin(self) -> None:
        """From here on nothing can be written."""
        ...

    def end(self) -> None:
        """It is as before."""
        ...

    def close(self) -> None:
        """Leaves nothing behind."""
        ...


class Locked:
    """A file that another program keeps locked for longer than anybody waits."""

    check, problem = "writer", "the database takes nothing that is written"

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.url = str(folder / "locked.db")
        patch.setattr(sqlite, "_BUSY_MS", 20)
        self._other: sqlite3.Connection | None = None

    def begin(self) -> None:
        self._other = sqlite3.connect(self.url, isolation_level=None)
        self._other.execute("BEGIN IMMEDIATE")

    def end(self) -> None:
        self.close()

    def close(self) -> None:
        if self._other:
            self._other.close()


class Full:
    """A disk without room: no file of this process can grow."""

    check, problem = "writer", "the database takes nothing that is written"

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        if sys.platform != "linux":
            pytest.skip("such a limit is Linux's")
        self._folder = folder
        self.url = str(folder / "full.db")

    def begin(self) -> None:
        # What is written goes to this file first, which has to hold something already: a limit of 0 is one for pytest.
        with sqlite3.connect(self.url) as connection:
            connection.execute("CREATE TABLE full (words TEXT)")
        connection.close()
        self._limit((self._folder / "full.db-wal").stat().st_size)

    def end(self) -> None:
        self._limit(-1)

    def close(self) -> None:
        self._limit(-1)

    def _limit(self, size: int) -> None:
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))


class Stopped:
    """A PostgreSQL server that stops and starts again; nobody else uses it."""

    check, problem = "database", "it does not answer"

    _server: ClassVar[Any] = None

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        if Stopped._server is None:
            Stopped._server = own_server(f"stopped-{uuid4().hex}")
        name = f"test_{uuid4().hex}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        self.url = psycopg_uri(self._server.get_uri(), name)

    def begin(self) -> None:
        stop(self._server.pgdata)

    def end(self) -> None:
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self.end()
