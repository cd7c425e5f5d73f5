"""Groups of writes as SQLite takes them quickest: many rows by one statement.

Between two statements, and with `executemany` between two rows, the driver lets another thread have the interpreter,
and then has to wait for it: the writer would do so for each row while the event loop is busy.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, TypeAlias

from sqlalchemy import (
    Connection,
    Dialect,
    Executable,
    and_,
    bindparam,
    delete,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, StatementError

from tasktalk.storage.grouping import Group, Shape, Unexpected, of_both, reading, summed, values_of
from tasktalk.storage.tables import metadata
from tasktalk.storage.writes import Write, storable

_PLACES = (64, 32, 16, 8, 4, 2)  # rows that a statement is made for; what is over is written by smaller ones
_MOST_VALUES = 1024  # in a statement; SQLite keeps some dozen bytes for each while it remembers the statement
_EXPECTED_AT_ONCE = 64
STATEMENTS = 512
"""How many statements the driver should remember."""

_Values: TypeAlias = tuple[Any, ...]


def execute(connection: Connection, groups: Iterable[Group]) -> None:
    """Executes the groups in turn. Raises Unexpected when an update or a count does not meet exactly one row, or an
    expected row is not there; what SQLAlchemy raises, when a row or a value cannot be written."""
    for group in groups:
        shape, writes = group.shape, group.writes
        if shape.kind == "expect":
            _look(connection, group)
            continue
        met = _written(shape, connection.dialect).execute(connection, writes)
        if shape.kind in ("update", "count") and met != len(writes):
            raise Unexpected(met)


def _look(connection: Connection, group: Group) -> None:
    names = group.shape.key
    keys = {tuple([write.key[name] for name in names]) for write in group.writes}  # type: ignore[union-attr]
    listed = list(keys)  # many turns expect one lease
    for start in range(0, len(listed), _EXPECTED_AT_ONCE):
        some = listed[start : start + _EXPECTED_AT_ONCE]
        places = 1 << (len(some) - 1).bit_length()
        looked_for = [some[min(place, len(some) - 1)] for place in range(places)]
        expected, found = _looking(group.shape, places, connection.dialect).look(connection, looked_for)
        if expected - found:
            raise Unexpected(0)


class _Prepared:
    """A statement as SQLite takes it. SQLAlchemy, asked to execute one, goes through each row several times."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._sql, self._dialect = str(compiled), dialect
        self._names: list[str] = compiled.positiontup
        ways_in = [compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in self._names]
        # Of each way in, what it makes of None, too: rows are full of that.
        self._ways_in = [(place, way, way(None)) for place, way in enumerate(ways_in) if way is not None]
        self._others = [place for place, way in enumerate(ways_in) if way is None]

    def _taken(self, rows: Sequence[_Values]) -> Sequence[_Values]:
        """The rows as the driver takes them. Raises StatementError for a value that its column cannot take."""
        if not self._names:
            return rows
        try:
            if len(rows) == 1:  # as most are where few talk: columns pay for many
                return [self._one_taken(rows[0])]
            columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
            for place, way_in, nothing in self._ways_in:
                kept = _storable(columns[place])
                columns[place] = [nothing if value is None else way_in(value) for value in kept]
        except Exception as error:
            raise StatementError(str(error), self._sql, None, error) from error
        for place in self._others:
            columns[place] = _storable(columns[place])
        return list(zip(*columns, strict=True))

    def _one_taken(self, row: _Values) -> _Values:
        values = list(row)
        for place, way_in, nothing in self._ways_in:
            value = values[place]
            values[place] = nothing if value is None else way_in(storable(value))
        for place in self._others:
            value = values[place]
            if value.__class__ is str and ("\0" in value or not value.isascii()):
                values[place] = storable(value)
        return tuple(values)

    def _asked(self, ask: Callable[[str, Sequence[Any]], Any], sql: str, given: Sequence[Any]) -> Any:
        """What SQLite answers. To ask SQLAlchemy takes several times as long as most of these statements."""
        try:
            return ask(sql, given)
        except (OverflowError, UnicodeEncodeError) as error:  # the driver's own, of a value that SQLite has not
            raise StatementError(str(error), sql, None, error) from error
        except sqlite3.Error as error:
            raise DBAPIError.instance(
                sql, None, error, sqlite3.Error, hide_parameters=True, dialect=self._dialect
            ) from error


class _Looking(_Prepared):
    """Finds which of so many rows are there."""

    def __init__(self, shape: Shape, places: int, dialect: Dialect) -> None:
        table = metadata.tables[shape.table]
        columns = [table.c[name] for name in shape.key]
        is_one = [
            and_(*(column == bindparam(f"key_{column.name}_{place}", type_=column.type) for column in columns))
            for place in range(places)
        ]
        super().__init__(select(*columns).where(or_(*is_one)), dialect)
        self._width = len(columns)

    def look(self, connection: Connection, keys: Sequence[_Values]) -> tuple[set[_Values], set[_Values]]:
        """What is asked for, as it is kept, and what there is of it."""
        [values] = self._taken([tuple(chain.from_iterable(keys))])
        asked = {values[start : start + self._width] for start in range(0, len(values), self._width)}
        raw = _driver(connection)
        found = self._asked(lambda sql, given: raw.execute(sql, given).fetchall(), self._sql, values)
        return asked, set(found)


class _Written(_Prepared):
    """Writes of one shape."""

    def __init__(self, shape: Shape, dialect: Dialect) -> None:
        super().__init__(_statement(shape), dialect)
        self._read = _reader(shape, self._names)
        self._sqls = [
            (places, many)
            for places in _PLACES
            if places * len(self._names) <= _MOST_VALUES and (many := self._of_many(shape, places))
        ]
        self._sqls.append((1, self._sql))

    def execute(self, connection: Connection, writes: Sequence[Write]) -> int:
        """How many rows it met. Raises StatementError for a value that its column cannot take, and the driver's
        errors."""
        rows = self._taken(self._read(writes))
        ask, met, start = _driver(connection).executemany, 0, 0
        for places, sql in self._sqls:
            end = start + (len(rows) - start) // places * places
            if start < end:
                given = rows[start:end]
                if places > 1:
                    cut = range(0, len(given), places)
                    given = [tuple(chain.from_iterable(given[place : place + places])) for place in cut]
                met += self._asked(ask, sql, given).rowcount
                start = end
        return met

    def _of_many(self, shape: Shape, places: int) -> str:
        """The statement for so many rows; "" where each needs its own."""
        row = f"({', '.join('?' * len(self._names))})"
        rows = f"VALUES {', '.join([row] * places)}"
        if shape.kind in ("insert", "add"):  # where a row counts on from those that are there, it has more than that
            return self._sql.replace(f"VALUES {row}", rows) if f"VALUES {row}" in self._sql else ""
        if shape.kind != "update" or shape.row is None:
            return ""
        quote = self._dialect.identifier_preparer.quote
        table, set_ = quote(shape.table), self._names[: len(shape.columns)]
        values = {name: f"v.column{place}" for place, name in enumerate(self._names, 1)}
        sets = ", ".join(f"{quote(name)} = {values[name]}" for name in set_)
        is_one = " AND ".join(
            f"{table}.{quote(name)} " + ("IS NULL" if name in shape.nulls else f"= {values[f'key_{name}']}")
            for name in shape.key
        )
        return f"UPDATE {table} SET {sets} FROM ({rows}) AS v WHERE {is_one}"  # noqa: S608 - the tables' own names


def _storable(values: Sequence[Any]) -> Sequence[Any]:
    kinds = set(map(type, values))
    if str not in kinds:
        return values
    if len(kinds) == 1 and (joined := "".join(values)).isascii() and "\0" not in joined:
        return values
    return [storable(value) if value.__class__ is str else value for value in values]


def _reader(shape: Shape, names: Sequence[str]) -> Callable[[Sequence[Any]], Sequence[_Values]]:
    """What gives the rows of writes, their values in the order of these names."""
    if shape.kind == "insert":
        read = reading(names)
        return lambda writes: [read(write.row) for write in writes]
    if shape.kind == "update":
        set_ = reading(names[: len(shape.columns)])
        found_by = reading([name.removeprefix("key_") for name in names[len(shape.columns) :]])
        return lambda writes: [set_(write.values) + found_by(write.key) for write in writes]
    read = reading(names)
    if shape.kind == "add":
        return lambda writes: [read(row) for row in summed(writes, shape.key)]
    return lambda writes: [read(values_of(write)) for write in writes]


def _driver(connection: Connection) -> sqlite3.Connection:
    return connection.connection.driver_connection  # type: ignore[return-value]


@lru_cache(maxsize=512)
def _written(shape: Shape, dialect: Dialect) -> _Written:
    return _Written(shape, dialect)


@lru_cache(maxsize=64)
def _looking(shape: Shape, places: int, dialect: Dialect) -> _Looking:
    return _Looking(shape, places, dialect)


def _statement(shape: Shape) -> Executable:
    table = metadata.tables[shape.table]
    if shape.kind == "add":
        return _addition(shape)
    if shape.kind == "insert":
        values = {column: bindparam(column, type_=table.c[column].type) for column in shape.columns}
        return insert(table).inline().values(values)  # a key that the database gives is not asked for
    if not shape.key:
        raise ValueError(f"{shape.kind} of {shape.table} without a key")
    conditions = [
        table.c[c].is_(None) if c in shape.nulls else table.c[c] == bindparam(f"key_{c}", type_=table.c[c].type)
        for c in shape.key
    ]
    if shape.kind == "delete":
        return delete(table).where(*conditions)
    if shape.kind == "count":
        counted = table.c[shape.columns[0]]
        is_left = counted < bindparam("most", type_=counted.type)
        return update(table).where(*conditions, is_left).values({counted: counted + literal_column("1", counted.type)})
    return (
        update(table)
        .where(*conditions)
        .values({column: bindparam(column, type_=table.c[column].type) for column in shape.columns})
    )


def _addition(shape: Shape) -> Executable:
    table = metadata.tables[shape.table]
    names = (*shape.key, *shape.columns)
    sums = ", ".join(f"{name} = {of_both(table.c[name])}" for name in shape.columns)
    values = ", ".join(f":{name}" for name in names)
    statement = f"INSERT INTO {shape.table} ({', '.join(names)}) VALUES ({values})"  # noqa: S608 - the tables' own names
    statement += f" ON CONFLICT ({', '.join(shape.key)}) DO UPDATE SET {sums}"
    return text(statement).bindparams(*(bindparam(name, type_=table.c[name].type) for name in names))
