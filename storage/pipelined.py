"""Statements that are on their way to PostgreSQL before the first of them is answered: sent at once, waited for once.

A pipeline of psycopg's own sends each statement by itself, and asks the socket and takes the interpreter's lock for
each. That is most of what a commit costs here.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import psycopg
from psycopg import errors as sql
from psycopg.abc import PQGen
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.waiting import Ready, Wait

from tasktalk.storage.one_thread import tell

_USES = 2
"""So often a statement is sent whole: what is hardly ever asked is not worth a plan in the server's memory."""
_MOST = 100
"""So many are kept prepared, those that were asked last: a statement with a list has another text for each length."""
_COUNTED = 1000
_FORGOTTEN = (sql.InvalidSqlStatementName, sql.FeatureNotSupported)
"""The server has a prepared statement no more, or tables were changed since, and it would give other columns now."""

_Key: TypeAlias = tuple[str, tuple[int, ...]]


class Statement(NamedTuple):
    """What is sent: the SQL with its values as the server reads them, all of them text where no `formats` are given.
    `types` are the server's numbers for theirs, where the SQL does not say what they are."""

    sql: str
    values: Sequence[Any] = ()
    types: tuple[int, ...] = ()
    formats: Sequence[int] | None = None


class Pipeline:
    """Sends statements over one connection of psycopg's, and keeps those prepared that come again and again."""

    def __init__(self, connection: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection
        self._uses: OrderedDict[_Key, int] = OrderedDict()
        self._names: OrderedDict[_Key, bytes] = OrderedDict()
        self._unneeded: list[bytes] = []
        self._prepared = 0

    @property
    def is_open(self) -> bool:
        """Whether the connection can still be used."""
        return self._connection.pgconn.status == ConnStatus.OK

    @property
    def is_between(self) -> bool:
        """Whether no transaction is under way, as where the connection has ended."""
        return self._connection.pgconn.transaction_status in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN)

    def exchange(self, asked: Sequence[Statement], *, begin: str | None = "BEGIN") -> PQGen[list[PGresult]]:
        """For the connection's `wait`, which then gives the results of the statements, in their order. With them begins
        a transaction, by `begin`, where none is under way; with None, they are one by themselves.

        Raises psycopg's error for the first that failed, and then none of them counts.
        """
        pgconn = self._connection.pgconn
        if begin is not None and pgconn.transaction_status == TransactionStatus.IDLE:
            results = yield from self._exchange(pgconn, [Statement(begin), *asked])
            return results[1:]
        return (yield from self._exchange(pgconn, asked))

    def _exchange(self, pgconn: PGconn, asked: Sequence[Statement]) -> PQGen[list[PGresult]]:
        new: set[_Key] = set()  # whether the server has them is not known; they get another name
        sent: list[tuple[_Key | None, bool]] = []  # each with whether its answer is for who asks
        is_refused = pgconn.transaction_status == TransactionStatus.INERROR  # whatever does not end that
        unneeded, self._unneeded = ([], self._unneeded) if is_refused else (self._unneeded, [])
        pgconn.enter_pipeline_mode()
        try:
            for each in asked:
                key = (each.sql, each.types)
                name, is_new = self._name(key)
                if name is None:
                    pgconn.send_query_params(each.sql.encode(), each.values, each.types or None, each.formats)
                else:
                    if is_new:
                        new.add(key)
                        pgconn.send_prepare(name, each.sql.encode(), each.types or None)
                        sent.append((key, False))
                    pgconn.send_query_prepared(name, each.values, each.formats)
                sent.append((key, True))
            for name in unneeded:  # last: before anything else a transaction has to begin
                pgconn.send_query_params(b"DEALLOCATE " + name, None)
                sent.append((None, False))
            pgconn.pipeline_sync()
            results = yield from _results(pgconn)
            for result, (known, is_asked) in zip(results, sent, strict=False):
                if result.status == ExecStatus.FATAL_ERROR:
                    raise error_from_result(result, self._connection.info.encoding)
                if known is not None and not is_asked:
                    new.discard(known)
        except BaseException as error:
            if isinstance(error, _FORGOTTEN):
                self._names.clear()
                self._unneeded.clear()
            else:
                self._unneeded += unneeded
            for key in new:
                self._names.pop(key, None)
            raise
        finally:
            self._leave(pgconn)
        return [result for result, (_, is_asked) in zip(results, sent, strict=True) if is_asked]

    def _leave(self, pgconn: PGconn) -> None:
        """What is not in order afterwards is never used again."""
        if self.is_open:
            try:
                pgconn.exit_pipeline_mode()
            except psycopg.Error:
                self.close()

    def close(self) -> None:
        """Lets go of the connection."""
        self._connection.pgconn.finish()

    def _name(self, key: _Key) -> tuple[bytes | None, bool]:
        """The name by which a statement is prepared, None for one that is not; whether it is to be so only now."""
        if (name := self._names.get(key)) is not None:
            self._names.move_to_end(key)
            return name, False
        uses = self._uses.pop(key, 0) + 1
        if uses <= _USES:
            self._uses[key] = uses
            if len(self._uses) > _COUNTED:
                self._uses.popitem(last=False)
            return None, False
        if len(self._names) >= _MOST:
            self._unneeded.append(self._names.popitem(last=False)[1])
        self._prepared += 1
        name = self._names[key] = b"tasktalk_%d" % self._prepared
        return name, True


def _results(pgconn: PGconn) -> PQGen[list[PGresult]]:
    """All results before that of the sync; of a connection that breaks, those up to the first that failed."""
    results: list[PGresult] = []
    try:
        while pgconn.flush():  # more than the socket takes: the server may wait for somebody who reads its answers
            if (yield Wait.RW) & Ready.R:
                pgconn.consume_input()
        while True:
            while pgconn.is_busy():
                if (yield Wait.R):
                    pgconn.consume_input()
            result = pgconn.get_result()
            if result is None:  # between two statements
                if pgconn.status != ConnStatus.OK:  # what came is no server's answer, or there is no room for it
                    raise psycopg.OperationalError(pgconn.get_error_message())
                continue
            if result.status == ExecStatus.PIPELINE_SYNC:
                return results
            results.append(result)
    except psycopg.OperationalError:
        if not any(result.status == ExecStatus.FATAL_ERROR for result in results):
            raise
        return results  # the server has said why


class AsyncPipeline(Pipeline):
    """A pipeline in the event loop, which watches the connection's socket from now on: to begin and to end that for
    each answer, as psycopg does, costs more than the answer. So psycopg must not wait for anything there any more."""

    def __init__(
        self,
        connection: psycopg.AsyncConnection[Any],
        heard: Callable[[str], None] = lambda _: None,
        lost: Callable[[psycopg.Error], None] = lambda _: None,
    ) -> None:
        """`heard` gets each payload that is notified; `lost`, why the connection broke while nothing was asked."""
        super().__init__(connection)
        self._pgconn, self._heard, self._lost = connection.pgconn, heard, lost
        self._loop, self._socket = asyncio.get_running_loop(), connection.pgconn.socket
        self._exchanging: PQGen[list[PGresult]] | None = None
        self._nothing: asyncio.Future[list[PGresult]] = self._loop.create_future()
        self._answered = self._nothing
        self._is_full = False
        self._loop.add_reader(self._socket, self._go_on, Ready.R)

    async def ask(self, asked: Sequence[Statement], *, begin: str | None) -> list[PGresult]:
        """What `exchange` gives. Nothing else may be asked meanwhile. Who is cancelled leaves nothing under way: the
        connection is closed."""
        self._exchanging, self._answered = self.exchange(asked, begin=begin), self._loop.create_future()
        self._go_on(None)
        try:
            return await self._answered
        except asyncio.CancelledError:
            self.close()
            raise
        finally:
            self._answered = self._nothing  # it would keep the answer until the next one

    def _go_on(self, ready: Ready | None) -> None:
        """Takes what the socket has, or gives it more."""
        try:
            if self._exchanging is None:
                self._pgconn.consume_input()
            else:
                self._watch(self._exchanging.send(ready))  # type: ignore[arg-type]  # a generator begins with None
        except StopIteration as end:
            self._exchanging = None
            tell(self._answered, end.value, None)
        except psycopg.Error as error:
            self._fail(error)
        while self.is_open and (found := self._pgconn.notifies()):
            self._heard(found.extra.decode())

    def _fail(self, error: psycopg.Error) -> None:
        is_asked, self._exchanging = self._exchanging is not None, None
        if not self.is_open:
            self.close()
        if is_asked:
            tell(self._answered, None, error)
        else:
            self._lost(error)

    def _watch(self, wanted: Wait) -> None:
        is_full = bool(wanted & Wait.W)
        if is_full and not self._is_full:
            self._loop.add_writer(self._socket, self._go_on, Ready.W)
        elif self._is_full and not is_full:
            self._loop.remove_writer(self._socket)
        self._is_full = is_full

    def close(self) -> None:
        """Lets go of the connection."""
        if self._socket >= 0:  # first: another connection may get the same number
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            self._socket = -1
        super().close()
        if self._exchanging is not None:
            self._exchanging = None
            tell(self._answered, None, psycopg.OperationalError("the connection is closed"))
