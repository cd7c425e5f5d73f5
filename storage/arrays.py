"""Groups of writes as PostgreSQL takes them quickest: one statement a group, in which a column's values are one array.

All statements are on their way before the first is answered, so a batch of any size waits for the server once.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from operator import index
from struct import pack
from typing import Any, TypeAlias

import psycopg
from psycopg.pq import Format
from psycopg.pq.abc import PGresult
from sqlalchemy import JSON, Boolean, Connection, Dialect, Float, Integer, LargeBinary, String
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.types import TypeEngine

from tasktalk.storage.grouping import Group, Kind, Shape, Unexpected, of_both, summed, values_of
from tasktalk.storage.json_text import json_text
from tasktalk.storage.pipelined import Pipeline, Statement
from tasktalk.storage.tables import Moment, metadata
from tasktalk.storage.tables.columns import Id
from tasktalk.storage.writes import Row, Write, storable

_DIALECT: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
_quote = _DIALECT.identifier_preparer.quote
PIPELINE = "pipeline"
"""Where a connection has what sends its statements."""
_BYTEA = 17  # the server's number of the type
_COLUMNLESS = ""  # stands in for the columns where a key is all nulls: there has to be some array

_Text: TypeAlias = Callable[[Any], str] | None  # None: bytes are sent as they are, in half the room


class Asked:
    """What the server is asked for groups of writes, in their order."""

    def __init__(self, groups: Iterable[Group]) -> None:
        """Raises StatementError for a value that its column cannot take."""
        self._expected: list[tuple[Kind, int]] = []
        self.statements: list[Statement] = []
        for group in groups:
            rows, statement = _rows(group), _statement(group.shape)
            self._expected.append((group.kind, len(rows)))
            self.statements.append(Statement(statement.sql, statement.arrays(rows), formats=statement.formats))

    def demand_rows(self, results: Sequence[PGresult]) -> None:
        """Raises Unexpected where a statement that is to meet each of its rows has not met one."""
        for (kind, expected), result in zip(self._expected, results, strict=True):
            if kind in ("update", "count"):
                if result.command_tuples != expected:
                    raise Unexpected(result.command_tuples or 0)
            elif kind == "expect" and len({result.get_value(row, 0) for row in range(result.ntuples)}) < expected:
                raise Unexpected(0)


def execute(connection: Connection, groups: Iterable[Group]) -> None:
    """Executes the groups in turn, as `many_rows.execute` does on SQLite, and raises what that raises."""
    asked = Asked(groups)
    asked.demand_rows(_answers(connection, asked.statements))


def _answers(connection: Connection, asked: Sequence[Statement]) -> Sequence[PGresult]:
    """What the server answers, all of it there. Raises the first error, as SQLAlchemy would."""
    raw: psycopg.Connection[tuple[Any, ...]] = connection.connection.driver_connection  # type: ignore[assignment]
    pipeline: Pipeline | None = connection.info.get(PIPELINE)  # it has none any more after the connection broke
    if pipeline is None:
        pipeline = connection.info[PIPELINE] = Pipeline(raw)
    try:
        return raw.wait(pipeline.exchange(asked))
    except psycopg.Error as found:
        error = found.with_traceback(None)
    is_cut_off = raw.closed
    if is_cut_off:
        connection.invalidate(error)
    raise DBAPIError.instance(
        None,
        None,
        error,
        psycopg.Error,
        hide_parameters=True,
        connection_invalidated=is_cut_off,
        dialect=connection.dialect,
    ) from error


def _rows(group: Group) -> Sequence[Row]:
    """What the statement is given for each row that it is to meet."""
    match group.kind:
        case "add":
            return summed(group.writes, group.shape.key)
        case "count":
            return _counted(group.writes)
        case "expect":  # many turns expect one lease
            return list({frozenset(row.items()): row for row in map(values_of, group.writes)}.values())
        case _:
            return [values_of(write) for write in group.writes]


def _counted(writes: Iterable[Write]) -> Sequence[Row]:
    """As `values_of`, but once for each row, with how often it is counted."""
    found: dict[frozenset[Any], dict[str, Any]] = {}
    for row in map(values_of, writes):
        counted = found.setdefault(frozenset(row.items() - {("most", row["most"])}), {**row, "times": 0})
        counted["times"] += 1
        counted["most"] = min(counted["most"], row["most"])
    return list(found.values())


class _Statement:
    """What a group of one shape is executed by."""

    def __init__(self, shape: Shape) -> None:
        table = metadata.tables[shape.table]
        kinds: dict[str, TypeEngine[Any]] = {name: table.c[name].type for name in shape.columns}
        if shape.kind == "count":
            kinds = {"times": Integer(), "most": Integer()}
        keys = {name: table.c[name].type for name in shape.key if name not in shape.nulls}
        kinds |= keys if shape.kind == "add" else {f"key_{name}": kind for name, kind in keys.items()}
        self._texts: list[tuple[str, _Text]] = []
        arrays: list[str] = []
        kinds = kinds or {_COLUMNLESS: Integer()}
        for name, kind in kinds.items():
            type_, text = _as_text(kind)
            self._texts.append((name, text))
            arrays.append(f"${len(arrays) + 1}::{type_}[]")
        self.sql = _sql(shape, f"unnest({', '.join(arrays)})", {name: f"v.c{n}" for n, name in enumerate(kinds)})
        self.formats = [Format.TEXT if text else Format.BINARY for _, text in self._texts]
        """How each array is written."""

    def arrays(self, rows: Sequence[Row]) -> Sequence[bytes]:
        """Its parameters. Raises StatementError for a value that its column cannot take."""
        try:
            return [_given([row.get(name) for row in rows], text) for name, text in self._texts]
        except Exception as error:
            raise StatementError(str(error), self.sql, None, error) from error


@lru_cache(maxsize=512)
def _statement(shape: Shape) -> _Statement:
    return _Statement(shape)


def _sql(shape: Shape, arrays: str, given: dict[str, str]) -> str:
    """The statement; `given` has what stands in it for each value that a row is given."""
    table = _quote(shape.table)
    listed = ", ".join(_quote(name) for name in given)
    if shape.kind == "insert":
        values = ", ".join(given.values())
        for name, next_ in _counted_on(shape):
            listed += f", {_quote(name)}"
            values += f", {next_} + v.place - 1"
        counted = f"{arrays} WITH ORDINALITY AS v({_places(given)}, place)"
        return f"INSERT INTO {table} ({listed}) SELECT {values} FROM {counted}"  # noqa: S608 - the tables' own names
    if shape.kind == "add":
        sums = ", ".join(f"{_quote(n)} = {of_both(metadata.tables[shape.table].c[n])}" for n in shape.columns)
        found_by_ = ", ".join(map(_quote, shape.key))
        return f"INSERT INTO {table} ({listed}) SELECT * FROM {arrays} ON CONFLICT ({found_by_}) DO UPDATE SET {sums}"  # noqa: S608
    values = _places(given)
    conditions = [
        f"t.{_quote(name)} IS NULL" if name in shape.nulls else f"t.{_quote(name)} = {given[f'key_{name}']}"
        for name in shape.key
    ]
    if not conditions:
        raise ValueError(f"{shape.kind} of {shape.table} without a key")
    where = " AND ".join(conditions)
    if shape.kind == "delete":
        return f"DELETE FROM {table} AS t USING {arrays} AS v({values}) WHERE {where}"  # noqa: S608
    if shape.kind == "expect":
        looked_at = f"{table} AS t, {arrays} WITH ORDINALITY AS v({values}, place)"
        return f"SELECT v.place FROM {looked_at} WHERE {where} FOR SHARE OF t"  # noqa: S608
    if shape.kind == "count":
        [name] = shape.columns
        counted = f"t.{_quote(name)} + {given['times']}"
        where += f" AND {counted} <= {given['most']}"
        sets = f"{_quote(name)} = {counted}"
    else:
        sets = ", ".join(f"{_quote(name)} = {given[name]}" for name in shape.columns)
    return f"UPDATE {table} AS t SET {sets} FROM {arrays} AS v({values}) WHERE {where}"  # noqa: S608


def _places(given: dict[str, str]) -> str:
    return ", ".join(f"c{place}" for place in range(len(given)))


def _counted_on(shape: Shape) -> Iterator[tuple[str, str]]:
    """The columns that the store counts on by itself, each with what gives the first of several rows its number."""
    for column in metadata.tables[shape.table].c:
        if column.default is not None and column.name not in shape.columns:
            yield column.name, str(column.default.arg)  # type: ignore[attr-defined]


def _as_text(kind: TypeEngine[Any]) -> tuple[str, _Text]:
    """What the server calls a column's type, and how a value of it is written."""
    match kind:
        case JSON():
            return "json", lambda value: json_text(storable(value))
        case LargeBinary():
            return "bytea", None
        case Moment():
            return "timestamptz", lambda value: str(kind.process_bind_param(value, _DIALECT))
        case Boolean():
            return "boolean", _true_or_false
        case Integer():
            return "bigint", lambda value: str(index(value))
        case Float():
            return "double precision", lambda value: repr(float(value))
        case String() | Id():  # with a length, it would be cut to that
            return "text", _itself
    raise TypeError(f"no array of {kind!r} can be written")


def _given(values: Sequence[Any], text: _Text) -> bytes:
    return _array(values, text).encode() if text else _array_of_bytes(values)


def _array_of_bytes(values: Sequence[Any]) -> bytes:
    """An array of `bytea` as PostgreSQL sends it: how many dimensions, whether there are nulls, of what, how many, from
    which number on; then each value behind its length."""
    found = [pack("!5i", 1, None in values, _BYTEA, len(values), 1)]
    for value in values:
        taken = b"" if value is None else bytes(memoryview(value))
        found += [pack("!i", -1 if value is None else len(taken)), taken]
    return b"".join(found)


def _array(values: Sequence[Any], text: Callable[[Any], str]) -> str:
    """An array as PostgreSQL reads it."""
    if text is _itself:
        try:
            joined = '","'.join(values)
        except TypeError:
            pass  # there is a null among them, or what is no text
        else:
            is_plain = joined.isascii() and not ("\\" in joined or "\0" in joined)
            if is_plain and joined.count('"') == 2 * (len(values) - 1):
                return f'{{"{joined}"}}'
    return f"{{{','.join(['NULL' if value is None else _quoted(text(value)) for value in values])}}}"


def _true_or_false(value: Any) -> str:
    if value not in (True, False):
        raise TypeError(f"neither true nor false: {value!r}")
    return "t" if value else "f"


def _itself(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a text: {value!r}")
    return value


def _quoted(value: str) -> str:
    escaped = storable(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
