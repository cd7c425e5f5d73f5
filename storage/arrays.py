"""Groups of writes as PostgreSQL takes them quickest: one statement a group, in which a column's values are one array.

All statements are on their way before the first is answered, so a batch of any size waits for the server once.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from operator import index
from typing import Any, TypeAlias

import psycopg
from sqlalchemy import JSON, Boolean, Connection, Dialect, Float, Integer, LargeBinary, String
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.types import TypeEngine

from tasktalk.storage.grouping import Group, Shape, Unexpected, of_both, summed, values_of
from tasktalk.storage.json_text import json_text
from tasktalk.storage.pipelined import FirstError
from tasktalk.storage.tables import Moment, metadata
from tasktalk.storage.tables.columns import Id
from tasktalk.storage.writes import Row, Write, storable

_DIALECT: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
_quote = _DIALECT.identifier_preparer.quote
_COLUMNLESS = ""  # stands in for the columns where a key is all nulls: there has to be some array

_Text: TypeAlias = Callable[[Any], str] | None  # None: the driver sends bytes as they are, in half the room
_Array: TypeAlias = str | list[bytes | None]
_Cursor: TypeAlias = psycopg.Cursor[tuple[Any, ...]]


def execute(connection: Connection, groups: Iterable[Group]) -> None:
    """Executes the groups in turn, as `Group.execute` does on SQLite, and raises what that raises."""
    asked = []
    for group in groups:
        rows, statement = _rows(group), _statement(group.shape)
        asked.append((group, len(rows), statement.sql, statement.arrays(rows)))
    cursors = _answers(connection, [(sql, arrays) for _, _, sql, arrays in asked])
    for (group, expected, _, _), cursor in zip(asked, cursors, strict=True):
        if group.kind in ("update", "count"):
            if cursor.rowcount != expected:
                raise Unexpected(cursor.rowcount)
        elif group.kind == "expect" and len(set(cursor)) < expected:
            raise Unexpected(0)


def _answers(connection: Connection, asked: Sequence[tuple[str, Sequence[_Array]]]) -> Sequence[_Cursor]:
    """What the server answers, all of it there. Raises the first error, as SQLAlchemy would."""
    raw: psycopg.Connection[tuple[Any, ...]] = connection.connection.driver_connection  # type: ignore[assignment]
    told = FirstError()
    with told, raw.pipeline(), told:
        cursors = [raw.execute(sql.encode(), arrays) for sql, arrays in asked]
    if told.error is None:
        return cursors
    is_cut_off = raw.closed
    if is_cut_off:
        connection.invalidate(told.error)
    raise DBAPIError.instance(
        None,
        None,
        told.error,
        psycopg.Error,
        hide_parameters=True,
        connection_invalidated=is_cut_off,
        dialect=connection.dialect,
    ) from told.error


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
        arrays = []
        kinds = kinds or {_COLUMNLESS: Integer()}
        for name, kind in kinds.items():
            type_, text = _as_text(kind)
            self._texts.append((name, text))
            arrays.append(f"{'%s' if text else '%b'}::{type_}[]")
        self.sql = _sql(shape, f"unnest({', '.join(arrays)})", {name: f"v.c{n}" for n, name in enumerate(kinds)})

    def arrays(self, rows: Sequence[Row]) -> Sequence[_Array]:
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


def _given(values: Sequence[Any], text: _Text) -> _Array:
    if text is None:
        return [None if value is None else bytes(memoryview(value)) for value in values]
    return _array(values, text)


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
