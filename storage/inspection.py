"""A look at a database as it is, for those who check it: nothing is migrated or written, and a server may run."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TypeVar

from sqlalchemy import column, exists, func, select, table

from tasktalk.storage.backend import Backend, ReadingConnection
from tasktalk.storage.conditions import IS_WAITING
from tasktalk.storage.database import Reader, existing
from tasktalk.storage.reading import REPEATS, Damaged
from tasktalk.storage.schema import NEWEST
from tasktalk.storage.tables import awaited, conversation, message, metadata, program, schedule, session, timer
from tasktalk.storage.writes import Row

T = TypeVar("T")

MOST_SHOWN = 20

_REVISION = select(column("version_num", message.c.status.type)).select_from(table("alembic_version"))
_WAITING = (
    select(
        session.c.id,
        session.c.state,
        session.c.waits_for,
        session.c.wait_keyword,
        conversation.c.bot,
        program.c.name.label("script"),
        exists().where(timer.c.session_id == session.c.id).label("has_timer"),
        exists().where(awaited.c.session_id == session.c.id).label("has_awaited"),
    )
    .select_from(
        session.outerjoin(conversation, conversation.c.id == session.c.conversation_id).outerjoin(
            program, program.c.id == session.c.program_id
        )
    )
    .where(IS_WAITING)
    .order_by(session.c.id)
)
_DOUBLES = (
    select(message.c.conversation_id, message.c.sequence, func.count().label("count"))
    .group_by(message.c.conversation_id, message.c.sequence)
    .having(func.count() > 1)
    .order_by(message.c.conversation_id, message.c.sequence)
    .limit(MOST_SHOWN)
)


class Inspection:
    """An opened database. `inspected` makes one. Everything raises DatabaseError."""

    def __init__(self, backend: Backend, connection: ReadingConnection) -> None:
        self._backend, self._connection = backend, connection

    @property
    def name(self) -> str:
        """What to call it towards the person who runs it."""
        return self._backend.name

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reader]:
        """A read transaction; one at a time."""
        with self._backend.errors():
            async with self._transaction() as connection:
                yield Reader(self._backend, connection)

    async def damages(self, *, is_quick: bool) -> Sequence[str]:
        """What the database itself finds wrong with how it is stored, each in a sentence, at most some of it."""
        return await self._asked(partial(self._backend.damages, is_quick=is_quick))

    async def missing_tables(self) -> Sequence[str]:
        """The tables of this version that are not there."""
        return sorted({"alembic_version", *metadata.tables} - await self._asked(self._backend.tables))

    async def revision(self) -> str:
        """The revision of the tables."""
        async with self.read() as reader:
            return str(await reader.value(_REVISION))

    async def _asked(self, ask: Callable[[ReadingConnection], Awaitable[T]]) -> T:
        """What the database tells in one transaction; in another one where it has undone the first."""
        with self._backend.errors():
            for _ in range(REPEATS):
                try:
                    async with self._transaction() as connection:
                        return await ask(connection)
                except Exception as error:
                    if not self._backend.may_be_repeated(error):
                        raise
            async with self._transaction() as connection:
                return await ask(connection)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[ReadingConnection]:
        self._connection.begin()
        try:
            yield self._connection
        except BaseException:
            with suppress(Exception):  # what is wrong is known already
                await self._end()
            raise
        await self._end()

    async def _end(self) -> None:
        if (ending := self._connection.end()) is not None:
            await ending


@asynccontextmanager
async def inspected(url: str) -> AsyncIterator[Inspection]:
    """Opens a database for a look; one that is not there is not made. Raises DatabaseError."""
    backend = existing(url)
    try:
        connection = await backend.reading()
        try:
            yield Inspection(backend, connection)
        finally:
            await connection.close()
    finally:
        backend.close()


def is_known(revision: str) -> bool:
    """Whether this version can bring tables of that revision up to date, or need not."""
    return revision <= NEWEST


async def count(reader: Reader, name: str) -> int:
    """How many rows a table has."""
    found: int = await reader.value(select(func.count().label("count")).select_from(metadata.tables[name]))
    return found


async def waiting(reader: Reader, after: str, limit: int) -> Sequence[Row]:
    """The waiting sessions whose ids come after one, in their order: `bot`, `script`, `state`, for what they wait, and
    whether they have what ends that wait (`has_timer`, `has_awaited`)."""
    return await reader.rows(_WAITING.where(session.c.id > after).limit(limit))


async def timers(reader: Reader, after: str, limit: int) -> Sequence[Row]:
    """The timers whose ids come after one, in their order."""
    return await reader.rows(select(timer).where(timer.c.id > after).order_by(timer.c.id).limit(limit))


async def schedules(reader: Reader, after: str, limit: int) -> Sequence[Row]:
    """The schedules whose ids come after one, in their order."""
    return await reader.rows(select(schedule).where(schedule.c.id > after).order_by(schedule.c.id).limit(limit))


def damaged(row: Row) -> Sequence[str]:
    """The columns of a row whose values are none of theirs."""
    return [name for name, value in row.items() if isinstance(value, Damaged)]


async def doubles(reader: Reader) -> Sequence[Row]:
    """Numbers that several messages of one conversation have, at most some of them."""
    return await reader.rows(_DOUBLES)
