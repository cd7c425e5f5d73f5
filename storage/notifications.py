"""PostgreSQL's NOTIFY: how processes that share a database wake each other. With a lost word only time is lost.

Not all that speaks PostgreSQL's language has it: CockroachDB refuses LISTEN, a pooler such as PgBouncer in transaction
mode takes it and tells nothing. There the processes find out by looking.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Any, TypeAlias
from uuid import uuid4

import psycopg
from psycopg import errors as sql

from tasktalk.storage.pipelined import AsyncPipeline, Statement

_CHANNEL = b"tasktalk"
_TELL = "SELECT pg_notify($1, $2)"
_MOST_BYTES = 7_900  # the server takes less than 8,000
_RETRY_SECONDS = 2.0
_ECHO_SECONDS = 5.0
_WITHOUT = (sql.FeatureNotSupported, sql.SyntaxError, sql.UndefinedFunction)
_LOOKING = "%s: the processes that share this database find out by looking, some seconds later. %s"
_AWAY = "the other processes cannot be heard, and are listened for again until they can: %s"

_Connection: TypeAlias = psycopg.AsyncConnection[tuple[Any, ...]]

_log = logging.getLogger("tasktalk.notifications")


class Notifications:
    """A connection that listens and tells. What cannot be told is dropped: the others look by themselves."""

    def __init__(self, connect: Callable[[], Awaitable[_Connection]], heard: Callable[[str], None]) -> None:
        self._connect, self._heard = connect, heard
        self._name = uuid4().hex  # so that it does not hear itself
        self._line: AsyncPipeline | None = None
        self._turn = asyncio.Lock()
        self._is_silent = self._has_heard = False
        self._listening: asyncio.Task[None] | None = None  # for a server that is away
        self._echo: asyncio.TimerHandle | None = None  # until it has heard itself once

    @classmethod
    async def open(cls, connect: Callable[[], Awaitable[_Connection]], heard: Callable[[str], None]) -> "Notifications":
        """Listens when it returns, unless nothing can be heard there."""
        opened = cls(connect, heard)
        try:
            await opened._listen()
        except _WITHOUT as error:
            opened._fall_silent(error)
            return opened
        opened._echo = asyncio.get_running_loop().call_later(_ECHO_SECONDS, opened._miss_echo)
        await opened._call([""])
        return opened

    @property
    def is_heard(self) -> bool:
        """Whether it hears: it has heard itself, and nothing was cut off since."""
        return self._has_heard and not self._is_silent and self._line is not None and self._line.is_open

    async def tell(self, words: Collection[str]) -> None:
        """Calls words (without blanks) to every other process, in as few notifications as they fit into."""
        await self._call(_payloads(words))

    async def _call(self, payloads: Iterable[str]) -> None:
        async with self._turn:
            line = self._line
            if line is None or self._is_silent:
                return
            words = [f"{self._name} {payload}".encode() for payload in payloads]
            try:
                await line.ask([Statement(_TELL, [_CHANNEL, word]) for word in words], begin=None)
            except _WITHOUT as error:
                self._fall_silent(error)
            except psycopg.Error as error:
                _log.warning("the other processes could not be told: %s", error)
                if line is self._line and not line.is_open:
                    self._lose(error)

    async def close(self) -> None:
        """Hears and tells nothing more."""
        self._is_silent = True
        self._hear_echo()
        if self._listening:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        if self._line is not None:
            self._line.close()
            self._line = None

    async def _listen(self) -> None:
        connection = await self._connect()
        try:
            await connection.set_autocommit(True)
            await connection.execute(f"LISTEN {_CHANNEL.decode()}")
        except BaseException:
            await connection.close()
            raise
        self._line = AsyncPipeline(connection, self._hear, self._lose)

    def _fall_silent(self, error: psycopg.Error) -> None:
        if not self._is_silent:
            self._is_silent = True
            self._hear_echo()
            _log.warning(_LOOKING, "the database has no LISTEN and NOTIFY", f"It says: {error}")

    def _hear_echo(self) -> None:
        if self._echo is not None:
            self._echo.cancel()
            self._echo = None

    def _miss_echo(self) -> None:
        self._echo = None
        _log.warning(
            _LOOKING,
            "what is told by NOTIFY is not heard",
            "A pooler in transaction mode, such as PgBouncer, may stand between: give the database's own address",
        )

    def _hear(self, payload: str) -> None:
        sender, _, words = payload.partition(" ")
        if sender == self._name:
            self._has_heard = True
            self._hear_echo()
            return
        for word in words.split():
            self._heard(word)

    def _lose(self, error: psycopg.Error) -> None:
        _log.warning(_AWAY, error)
        self._line = None
        self._listening = asyncio.get_running_loop().create_task(self._listen_again())

    async def _listen_again(self) -> None:
        while self._line is None:
            await asyncio.sleep(_RETRY_SECONDS)
            try:
                await self._listen()
            except _WITHOUT as error:
                self._fall_silent(error)
                return
            except psycopg.Error:
                continue  # the log has it since it was lost
        _log.info("the other processes are heard again")
        self._heard("")  # nobody knows what was called meanwhile


def _payloads(words: Collection[str]) -> list[str]:
    payloads: list[list[str]] = [[]]
    size = 0
    for word in words:
        if size + len(word) + 1 > _MOST_BYTES:
            payloads.append([])
            size = 0
        payloads[-1].append(word)
        size += len(word) + 1
    return [" ".join(payload) for payload in payloads if payload]
