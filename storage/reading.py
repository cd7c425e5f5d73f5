"""Readers: connections apart from the writer's, for statements of SQLAlchemy Core.

SQLAlchemy only compiles here, and converts the values: its own async engine makes four hops to a thread of one
statement, and that is what a turn would mostly consist of.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextvars import ContextVar, Token, copy_context
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Dialect, Float, Select
from sqlalchemy.sql.cache_key import CacheKey

from tasktalk.storage import errors
from tasktalk.storage.backend import Backend, ReadingConnection
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.finishing import to_the_end
from tasktalk.storage.writes import storable

T = TypeVar("T")

_LIMIT = 8
REPEATS = 10
"""How often a read that the database has undone is made again."""
_DOUBLE_PRECISION = 701  # what PostgreSQL calls the type of a float's column
Question: TypeAlias = tuple[Select[Any], Mapping[str, Any]]
"""A statement and the values of its `bindparam`s."""
_Statement: TypeAlias = tuple[str, list[Any]]  # with its parameters
_Read: TypeAlias = tuple[str, list[Any], Sequence[Sequence[Any]]]  # a statement, its parameters and what it gave

_Rows: TypeAlias = list[list[dict[str, Any]]]
_Asking: TypeAlias = tuple[Sequence[Question], "asyncio.Future[_Rows]"]

_TOGETHER = 256
_MOST_FORMS = 1024
_OF_FORMS: dict[tuple[Dialect, Any], "_Compiled"] = {}

_is_reading = ContextVar("is_reading", default=False)


class Asked:
    """What is asked for rows; it raises DatabaseError.

    The values of a statement's `bindparam`s are given by name. Statements that differ only in their values are compiled
    once, however long the lists among these are; one that is made once, in its module, is not even compared.
    """

    async def rows_of_each(self, *asked: Question) -> _Rows:
        """What `rows` gives, of each of several statements with their values: of one moment, and in the time of one,
        where most of it is spent on waiting."""
        raise NotImplementedError

    async def rows(self, statement: Select[Any], values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """All rows, as plain dicts by column name."""
        [found] = await self.rows_of_each((statement, values or {}))
        return found

    async def row(self, statement: Select[Any], values: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        """The first row, or None when there is none."""
        found = await self.rows(statement, values)
        return found[0] if found else None

    async def value(self, statement: Select[Any], values: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, or None when there is none."""
        found = await self.row(statement, values)
        return None if found is None else next(iter(found.values()))


class Reader(Asked):
    """One short read transaction: everything that it reads is of the same moment."""

    def __init__(self, backend: Backend, connection: ReadingConnection) -> None:
        self._backend, self.connection = backend, connection
        self._read: list[_Read] = []
        self.is_single = False
        """Whether nothing is read after what is asked for first, so that the transaction may end with that."""

    async def glance(self, statement: Select[Any], values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The first row of a statement that only looks at the ends of indexes: SQLite is not sent to its thread for
        that, which takes ten times as long, and under load much longer."""
        compiled, given = _compiled(statement, self.connection.dialect)
        sql, parameters = compiled.asking(given, values)
        with self._backend.errors():
            found = self.connection.fetch_now(sql, parameters)
        if found is None:
            return await self.row(statement, values)
        self._read.append((sql, parameters, found))
        return compiled.row(found[0]) if found else None

    async def rows_of_each(self, *asked: Question) -> _Rows:
        wanted = [(*_compiled(statement, self.connection.dialect), values) for statement, values in asked]
        statements = [each.asking(given, values) for each, given, values in wanted]
        found = await self._fetch_each(statements)
        return [[compiled.row(row) for row in rows] for (compiled, _, _), rows in zip(wanted, found, strict=True)]

    async def _fetch_each(self, asked: Sequence[_Statement]) -> Sequence[Sequence[Sequence[Any]]]:
        try:
            found = await self.connection.fetch_each(asked, is_all=self.is_single)
        except Exception as error:
            found = await to_the_end(self._again(error, asked))
        self._read += [(*statement, rows) for statement, rows in zip(asked, found, strict=True)]
        return found

    async def _again(self, error: Exception, asked: Sequence[_Statement]) -> Sequence[Sequence[Sequence[Any]]]:
        """Reads in a new transaction where the database has undone this one, or has closed its connection.

        What was read before is read again and must be the same: else what the caller knows would be of two moments.
        """
        try:
            for _ in range(REPEATS):
                with self._backend.errors():
                    if self.connection.is_usable and not self._backend.may_be_repeated(error):
                        raise error
                    try:
                        await self._begin_again()
                        for earlier_sql, earlier_parameters, found in self._read:
                            if await self.connection.fetch(earlier_sql, earlier_parameters) != found:
                                raise DatabaseError("what is read keeps changing")
                        return await self.connection.fetch_each(asked)
                    except DatabaseError:
                        raise
                    except Exception as another:
                        error = another
            raise self._backend.error(error)
        finally:
            del error  # its traceback has this frame: only the garbage collector would part them

    async def _begin_again(self) -> None:
        if self.connection.is_usable:
            if (ending := self.connection.end()) is not None:
                await ending
        else:
            await self.connection.close()
            self.connection = await self._backend.reading()
        self.connection.begin()


class Looks(Asked):
    """What is asked by itself: each question sees a moment of its own, which is not before it was asked.

    What comes while another question is on its way shares the next transaction with all that has come meanwhile. So
    those who ask all at once neither wait for one connection after the other nor for one answer after the other.
    """

    def __init__(self, readers: "Readers") -> None:
        self._readers, self._context = readers, copy_context()
        self._is_under_way = False
        self._queued: list[_Asking] = []
        self._answering: asyncio.Task[None] | None = None

    async def rows_of_each(self, *asked: Question) -> _Rows:
        if not self._is_under_way:
            self._is_under_way = True
            try:
                return await self._look(asked)
            finally:
                self._go_on()
        if _is_reading.get():
            raise _inside_another()
        done: asyncio.Future[_Rows] = asyncio.get_running_loop().create_future()
        self._queued.append((asked, done))
        return await done

    def _go_on(self) -> None:
        self._is_under_way = bool(self._queued)
        if self._queued:
            # Not in the context of whoever asked first: what that is about is not so of the others.
            self._answering = asyncio.create_task(self._answer(), context=self._context.copy())

    async def _answer(self) -> None:
        batch, self._queued = self._queued[:_TOGETHER], self._queued[_TOGETHER:]
        try:
            await self._answer_together(batch)
        finally:
            self._go_on()

    async def _answer_together(self, batch: Sequence[_Asking]) -> None:
        try:
            found = iter(await self._look([question for asked, _ in batch for question in asked]))
        except Exception as error:
            is_of_one = not isinstance(error, DatabaseError) or isinstance(error, errors.Damaged | errors.Unfit)
            if len(batch) == 1 or not is_of_one:
                for _, done in batch:
                    if not done.done():
                        done.set_exception(error)
                return
            for each in batch:  # what one asks cannot be asked, or is damaged: the others get theirs
                await self._answer_together([each])
            return
        for asked, done in batch:
            rows = [next(found) for _ in asked]
            if not done.done():  # else nobody waits for it any more
                done.set_result(rows)

    async def _look(self, asked: Sequence[Question]) -> _Rows:
        async with self._readers.read() as reader:
            reader.is_single = True
            return await reader.rows_of_each(*asked)


class Readers:
    """The reading connections of a database, opened when they are first needed."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._idle: list[ReadingConnection] = []
        self._is_closed = False
        self._free = asyncio.Semaphore(_LIMIT)

    def read(self) -> "_Transaction":
        """A read transaction. Keep it short: while it lasts SQLite's write-ahead log cannot shrink."""
        return _Transaction(self)

    async def begin(self) -> tuple[Reader, Token[bool]]:
        """Takes a connection and begins a transaction on it; what it gives is for `end`."""
        if self._is_closed:
            raise DatabaseError("the database is closed")
        if _is_reading.get():
            raise _inside_another()
        await self._free.acquire()
        try:
            while not self._idle:
                await to_the_end(self._open())
            reader = Reader(self._backend, self._idle.pop())
        except BaseException:
            self._free.release()
            raise
        reading = _is_reading.set(True)
        try:
            with self._backend.errors():
                reader.connection.begin()
        except BaseException:
            await self.end(reader, reading)
            raise
        return reader, reading

    async def end(self, reader: Reader, reading: Token[bool]) -> None:
        """Ends a transaction, and lets others use its connection."""
        try:
            _is_reading.reset(reading)
            if (ending := self._give_back(reader.connection)) is not None:
                await to_the_end(ending)
        finally:
            self._free.release()

    async def close(self) -> None:
        """Closes the connections; one that is in use, as soon as it is not."""
        self._is_closed = True
        while self._idle:
            await self._idle.pop().close()

    async def _open(self) -> None:
        connection = await self._backend.reading()
        if self._is_closed:
            await connection.close()
            raise DatabaseError("the database is closed")
        self._idle.append(connection)

    def _give_back(self, connection: ReadingConnection) -> Coroutine[Any, Any, None] | None:
        """Ends the transaction, and lets others use the connection; what it gives has to be awaited for that."""
        try:
            with self._backend.errors():
                ending = connection.end()
        except DatabaseError as error:
            return self._let_go(connection, error)
        if ending is not None or self._is_closed or not connection.is_usable:
            return self._finish(connection, ending)
        self._idle.append(connection)
        return None

    async def _finish(self, connection: ReadingConnection, ending: Awaitable[None] | None) -> None:
        is_ended = False
        try:
            with self._backend.errors():
                if ending is not None:
                    await ending
            is_ended = True
        finally:
            if self._is_closed or not is_ended or not connection.is_usable:
                await connection.close()
            else:
                self._idle.append(connection)

    async def _let_go(self, connection: ReadingConnection, error: DatabaseError) -> None:
        await connection.close()
        raise error


class _Transaction:
    """Around what is read in one; most turns have several, so it is no generator."""

    __slots__ = ("_reader", "_readers", "_reading")

    _reader: Reader
    _reading: Token[bool]

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    async def __aenter__(self) -> Reader:
        self._reader, self._reading = await self._readers.begin()
        return self._reader

    async def __aexit__(self, *_: object) -> None:
        await self._readers.end(self._reader, self._reading)


class Damaged:
    """Stands for a value that is none of its column, such as broken JSON: only SQLite lets that into a table."""


class _Compiled:
    """A statement as the database takes it, with what converts values on their way in and out.

    It serves every statement of the same form: only the values that stand in them differ.
    """

    def __init__(self, statement: Select[Any], dialect: Dialect, form: CacheKey | None) -> None:
        compiled = statement.compile(dialect=dialect, cache_key=form)
        self._sql = str(compiled)
        self._has_lists = "[POSTCOMPILE_" in self._sql
        self._compiled: Any = compiled
        self._names: list[str] = self._compiled.positiontup or []
        if any(bind.type._is_tuple_type for bind in self._compiled.binds.values()):
            raise TypeError("a list of rows has no way in for each of their columns: compare the columns one by one")
        self._ways_in = {name: _way_in(bind.type, dialect) for name, bind in self._compiled.binds.items()}
        self._columns = [(column.name, _way_out(column.type, dialect)) for column in statement.selected_columns]
        self._all = [name for name, _ in self._columns]
        self._converted = [(name, way_out) for name, way_out in dict(self._columns).items() if way_out]

    def given(self, form: CacheKey | None) -> Mapping[str, Any]:
        """The values that stand in a statement of this form."""
        extracted = None if form is None else form.bindparams
        found: Mapping[str, Any] = self._compiled.construct_params(_check=False, extracted_parameters=extracted)
        return found

    def asking(self, given: Mapping[str, Any], values: Mapping[str, Any]) -> _Statement:
        """The SQL, and the values in its places: those that stand in the statement, and those for its parameters."""
        if self._has_lists:
            return self._asking_for_lists({**given, **values})
        found = []
        for name in self._names:
            value = storable(values[name] if name in values else given[name])
            way_in = self._ways_in.get(name)
            found.append(value if way_in is None else way_in(value))
        return self._sql, found

    def _asking_for_lists(self, values: Mapping[str, Any]) -> _Statement:
        """`IN` a list has as many places as that has values: SQLAlchemy puts them into the text that it has made."""
        state = self._compiled.construct_expanded_state(values)
        listed = {each: name for name, some in state.parameter_expansion.items() for each in some}
        found = []
        for name in state.positiontup or ():
            value, way_in = storable(state.parameters[name]), self._ways_in.get(listed.get(name, name))
            found.append(value if way_in is None else way_in(value))
        return state.statement, found

    def row(self, row: Sequence[Any]) -> dict[str, Any]:
        """A fetched row by column name."""
        found = dict(zip(self._all, row, strict=True))
        try:
            for name, way_out in self._converted:
                found[name] = way_out(found[name])
            return found
        except (TypeError, ValueError):
            return {name: _out(way_out, value) for (name, way_out), value in zip(self._columns, row, strict=True)}


def _inside_another() -> RuntimeError:
    return RuntimeError("a read transaction inside another would wait for itself")


def _out(way_out: Callable[[Any], Any] | None, value: Any) -> Any:
    """A value of a row in which one is damaged: that one is Damaged, so that whoever needs it can say what is wrong."""
    try:
        return value if way_out is None else way_out(value)
    except (TypeError, ValueError):
        return Damaged()


@lru_cache(maxsize=512)
def _compiled(statement: Select[Any], dialect: Dialect) -> tuple[_Compiled, Mapping[str, Any]]:
    """The statement compiled, and the values that stand in it. One of a form that is known is not compiled again, which
    takes ten times as long as to see that."""
    form = statement._generate_cache_key()
    if form is None:
        compiled = _Compiled(statement, dialect, None)
        return compiled, compiled.given(None)
    known = _OF_FORMS.get((dialect, form.key))
    if known is None:
        known = _Compiled(statement, dialect, form)
        if len(_OF_FORMS) >= _MOST_FORMS:
            _OF_FORMS.clear()
        _OF_FORMS[dialect, form.key] = known
    return known, known.given(form)


def _way_in(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    found: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found


def _way_out(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    column_type = _DOUBLE_PRECISION if isinstance(kind, Float) else None
    found: Callable[[Any], Any] | None = kind.dialect_impl(dialect).result_processor(dialect, column_type)
    return found
