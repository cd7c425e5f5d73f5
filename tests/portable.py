"""PostgreSQL as a database may be that only speaks its language: nobody is notified, and transactions are undone.

Which ones is up to chance: TASKTALK_TEST_SEED and the order of the transactions make the same ones, in a share of
TASKTALK_TEST_UNDONE (0.1) of all. A transaction is really undone by the server (40001), at one of its statements or at
its commit.
"""

import os
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from random import Random
from typing import Any, ClassVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from tasktalk.storage.arrays import PIPELINE
from tasktalk.storage.grouping import Group
from tasktalk.storage.pipelined import AsyncPipeline, Pipeline, Statement
from tasktalk.storage.postgresql import _CONNECTING, Postgresql, PostgresqlLoopWriter, PostgresqlReading

_UNDO = "DO $$ BEGIN RAISE serialization_failure; END $$"
_NO_LISTEN = "DO $$ BEGIN RAISE feature_not_supported USING MESSAGE = 'unimplemented: LISTEN'; END $$"
_MOST_STATEMENTS, MOST_READS = 8, 3


class Portable(Postgresql):
    """A database on a server; a part of what is done in it is undone."""

    share: ClassVar[float] = float(os.environ.get("TASKTALK_TEST_UNDONE", "0.1"))
    chance: ClassVar[Random] = Random(os.environ.get("TASKTALK_TEST_SEED", "1"))
    writes_undone: ClassVar[int] = 0
    reads_undone: ClassVar[int] = 0

    def connect(self) -> Connection:
        connection = super().connect()
        trouble = _Trouble()
        event.listen(connection, "begin", trouble.begin)
        event.listen(connection, "commit", trouble.commit)
        return connection

    def loop_writer(self, connection: Connection) -> "PortableLoopWriter":
        return PortableLoopWriter(self._connect)

    async def reading(self) -> "PortableReading":
        return PortableReading(await super()._connect())

    async def _connect(self) -> psycopg.AsyncConnection[tuple[Any, ...]]:
        return await Deaf.connect(self.libpq_url(), **_CONNECTING)


class Deaf(psycopg.AsyncConnection[tuple[Any, ...]]):
    """A connection to a server that knows no LISTEN."""

    async def execute(self, query: Any, *arguments: Any, **options: Any) -> Any:
        refused = _NO_LISTEN if str(query).startswith("LISTEN") else query
        return await super().execute(refused, *arguments, **options)


class PortableReading(PostgresqlReading):
    """A connection for readers."""

    left: int | None = None  # statements until this transaction is undone; None for one that is not

    def begin(self) -> None:
        super().begin()
        is_undone = Portable.chance.random() < Portable.share
        self.left = Portable.chance.randrange(MOST_READS) if is_undone else None

    async def fetch_each(
        self, asked: Sequence[tuple[str, Sequence[Any]]], *, is_all: bool = False
    ) -> Sequence[Sequence[Sequence[Any]]]:
        if self.left is not None:
            self.left -= len(asked)
            if self.left < 0:
                self.left = None
                Portable.reads_undone += 1
                asked = [*asked[:-1], (_UNDO, ())]
        return await super().fetch_each(asked, is_all=is_all)


class PortableLoopWriter(PostgresqlLoopWriter):
    """What writes in the event loop."""

    def __init__(self, connect: Callable[[], Awaitable[psycopg.AsyncConnection[tuple[Any, ...]]]]) -> None:
        super().__init__(connect)
        self._trouble = _Trouble()

    async def _open(self) -> AsyncPipeline:
        line = await super()._open()
        line.exchange = self._trouble.among(line.exchange)  # type: ignore[method-assign]
        return line

    async def write(self, groups: Sequence[Group], finishing: Callable[[], None]) -> None:
        self._trouble.draw()
        await super().write(groups, finishing)


class _Trouble:
    """What befalls one writer's transactions."""

    def __init__(self) -> None:
        self._left: int | None = None  # statements until this transaction is undone; None for one that is not

    def draw(self) -> None:
        """A transaction begins."""
        is_undone = Portable.chance.random() < Portable.share
        self._left = Portable.chance.randrange(_MOST_STATEMENTS) if is_undone else None

    def begin(self, connection: Connection) -> None:
        self.draw()
        driver: Any = connection.connection.driver_connection
        driver.cursor_factory = partial(_Cursor, trouble=self)
        if PIPELINE not in connection.info:
            pipeline = connection.info[PIPELINE] = Pipeline(driver)
            pipeline.exchange = self.among(pipeline.exchange)  # type: ignore[method-assign]

    def among(self, exchange: Callable[..., PQGen[list[PGresult]]]) -> Callable[..., PQGen[list[PGresult]]]:
        """What sends statements, and trouble with them."""

        def troubled(asked: Sequence[Statement], *, begin: str | None = "BEGIN") -> PQGen[list[PGresult]]:
            return exchange([Statement(_UNDO) if self.strikes(each.sql) else each for each in asked], begin=begin)

        return troubled

    def strikes(self, query: str | bytes) -> bool:
        """Whether the transaction is undone in place of a statement."""
        if self._left is None or str(query).startswith("ROLLBACK"):  # which finds an undone transaction
            return False
        self._left = -1 if query == "COMMIT" else self._left - 1
        return self._left < 0 and self._begins()

    def commit(self, connection: Connection) -> None:
        if self._left is not None and self._begins():
            driver: Any = connection.connection.driver_connection
            try:
                driver.execute(_UNDO)
            except psycopg.Error as error:
                driver.rollback()  # a commit that fails ends the transaction, too
                raise OperationalError("COMMIT", {}, error) from error

    def _begins(self) -> bool:
        self._left = None
        Portable.writes_undone += 1
        return True


class _Cursor(psycopg.Cursor[tuple[Any, ...]]):
    """A cursor of a writer."""

    def __init__(self, *arguments: Any, trouble: _Trouble, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._trouble = trouble

    def execute(self, query: Any, *arguments: Any, **options: Any) -> Any:
        if self._trouble.strikes(query):
            return super().execute(_UNDO)
        return super().execute(query, *arguments, **options)
