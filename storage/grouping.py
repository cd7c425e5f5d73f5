"""Turns writes into as few statements as their order allows: one for each table and set of columns.

A write may be moved forward into an earlier group only past writes that neither touch its row nor hold a row that it
refers to. What this overlooks (two rows that pass a unique value on) fails, and is then written one by one, in order.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, Literal, TypeAlias

from sqlalchemy import Column
from sqlalchemy.schema import Table

from tasktalk.storage.tables import metadata
from tasktalk.storage.tables.columns import KEPT
from tasktalk.storage.writes import Add, Count, Delete, Expect, Insert, Row, Update, Write, storable

Kind: TypeAlias = Literal["insert", "update", "count", "delete", "expect", "add"]
_RowId: TypeAlias = tuple[object, ...]
_Reads: TypeAlias = Callable[[Any], Any]

_ROW, _KEY, _VALUES = map(attrgetter, ("row", "key", "values"))


class Unexpected(Exception):
    """An update or count met `count` rows where it should have met one."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What makes one prepared statement: the columns to set, the columns to find by, those of them that are null.

    There is one of each, so that they are told apart by what they are.
    """

    kind: Kind
    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    nulls: tuple[str, ...]
    row: _Reads | None
    """Tells the one row that such a write can touch from others; None when nothing does. An insert's gets its key from
    the database then, and is like no other."""
    refers: Sequence[tuple[str, _Reads]]
    """The tables that it refers to, and what tells the row there from others."""


class _Touched:
    """What has been done to one table so far, by the number of the last group that did it."""

    __slots__ = ("any", "barrier", "mentions", "rows")

    def __init__(self) -> None:
        self.rows: dict[object, int] = {}
        self.mentions: dict[object, int] = {}  # referred to, by another row
        self.any = -1
        self.barrier = -1  # may have touched any row


@dataclass(slots=True)
class Group:
    """Writes of one shape, executed by one statement: updates and deletes of one are of different rows."""

    shape: Shape
    writes: list[Write] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        return self.shape.kind

    @property
    def first(self) -> Write:
        return self.writes[0]


def singly(writes: Iterable[Write]) -> Iterator[Group]:
    """Each write alone, in order."""
    return (Group(_shape(write), [write]) for write in writes)


def grouped(writes: Iterable[Write]) -> list[Group]:
    """The writes in groups that, executed in turn, leave the same rows as the writes in their order."""
    written = [(_shape(write), write) for write in writes]
    alike: defaultdict[Shape, list[Write]] = defaultdict(list)
    for shape, write in written:
        alike[shape].append(write)
    # As most are that are alone, and most turns of many talks: then any order does.
    if len(alike) == len(written) or _are_apart(alike):
        return [Group(shape, each) for shape, each in alike.items()]
    groups: list[Group] = []
    latest: dict[Shape, int] = {}  # the last group of a shape
    tables: defaultdict[str, _Touched] = defaultdict(_Touched)
    for shape, write in written:  # once for every row that is written: so it asks as little as can be
        kind, table = shape.kind, tables[shape.table]
        values = write.row if isinstance(write, Insert) else write.key
        row = None if shape.row is None else shape.row(values)
        is_any = row is None and kind != "insert"
        needed = table.any if is_any else table.barrier
        if row is not None:
            if (latest_of_row := table.rows.get(row, -1)) > needed:
                needed = latest_of_row
            if kind in ("update", "delete"):  # a second one is not for the same statement
                needed = max(needed, latest_of_row + 1)
            if kind != "expect" and (mentioned := table.mentions.get(row, -1)) > needed:
                needed = mentioned
        referred: list[tuple[dict[object, int], object]] = []
        for parent, read in shape.refers:
            if (other := read(write.values if isinstance(write, Update) else values)) is not None:
                touched = tables[parent]
                if (latest_of_row := touched.rows.get(other, -1)) > needed:
                    needed = latest_of_row
                referred.append((touched.mentions, other))
        if kind == "delete":
            needed = max(needed, *(tables[child].any for child in children(shape.table)), -1)
        elif kind == "expect" and row is not None:  # which others may refer to, and expect, too
            referred.append((table.mentions, row))
        place = latest.get(shape, -1)
        if place < needed or place < 0 or is_any:
            place = latest[shape] = len(groups)
            groups.append(Group(shape))
        groups[place].writes.append(write)
        for mentions, other in referred:
            if mentions.get(other, -1) < place:
                mentions[other] = place
        table.any = max(table.any, place)
        if is_any:
            table.barrier = place
        elif kind != "expect" and row is not None:
            table.rows[row] = place
    return groups


def _are_apart(alike: Mapping[Shape, Sequence[Write]]) -> bool:
    """Whether surely no row is touched by one of the writes and touched, expected or referred to by another."""
    touched: defaultdict[str, set[object]] = defaultdict(set)
    mentioned: defaultdict[str, set[object]] = defaultdict(set)
    for shape, writes in alike.items():
        if shape.kind == "delete" or (shape.row is None and shape.kind != "insert"):
            return False
        found_by = list(map(_ROW if shape.kind == "insert" else _KEY, writes))
        if shape.row is not None:
            rows = set(map(shape.row, found_by))
            known = touched[shape.table]
            if shape.kind == "expect":
                mentioned[shape.table] |= rows
            elif len(rows) < len(writes) or not known.isdisjoint(rows):
                return False
            else:
                known |= rows
        for parent, read in shape.refers:
            mentioned[parent].update(map(read, map(_VALUES, writes) if shape.kind == "update" else found_by))
    return all(rows.isdisjoint(touched[table]) for table, rows in mentioned.items() if table in touched)


def _shape(write: Write) -> Shape:
    if isinstance(write, Insert):
        return _as_written("insert", write.table, tuple(write.row), (), ())
    if isinstance(write, Add):
        return _as_written("add", write.table, tuple(write.values), tuple(write.key), ())
    key = tuple(write.key)
    nulls = tuple([column for column, value in write.key.items() if value is None])
    match write:
        case Update(table, _, values):
            return _as_written("update", table, tuple(values), key, nulls)
        case Count(table, _, column):
            return _as_written("count", table, (column,), key, nulls)
        case Delete(table):
            return _as_written("delete", table, (), key, nulls)
        case Expect(table):
            return _as_written("expect", table, (), key, nulls)


@lru_cache(maxsize=4096)
def _as_written(
    kind: Kind, table: str, columns: tuple[str, ...], key: tuple[str, ...], nulls: tuple[str, ...]
) -> Shape:
    """The shape, in whatever order the columns are given."""
    return _sorted(kind, table, tuple(sorted(columns)), tuple(sorted(key)), tuple(sorted(nulls)))


@lru_cache(maxsize=4096)
def _sorted(kind: Kind, table: str, columns: tuple[str, ...], key: tuple[str, ...], nulls: tuple[str, ...]) -> Shape:
    primary = [column.name for column in _table(table).primary_key.columns]
    said = set(columns if kind == "insert" else key) - set(nulls)
    row = itemgetter(*primary) if said.issuperset(primary) else None
    written = {"insert": columns, "update": columns, "add": key}.get(kind, ())
    refers = [(parent, itemgetter(column)) for column, parent in _parents(table) if column in written]
    return Shape(kind, table, columns, key, nulls, row, refers)


def values_of(write: Write) -> Row:
    match write:
        case Insert(_, row):
            return row
        case Update(_, key, values):
            return {**values, **_found_by(key)}
        case Count(_, key, _, most):
            return {"most": most, **_found_by(key)}
        case Add(_, key, added):
            return {**key, **added}
        case Delete(_, key) | Expect(_, key):
            return _found_by(key)


def _found_by(key: Row) -> dict[str, Any]:
    return {f"key_{column}": value for column, value in key.items() if value is not None}


def of_both(column: Column[Any]) -> str:
    """What becomes of the row's number and the one that is added."""
    old, new = f"{column.table.name}.{column.name}", f"excluded.{column.name}"
    if KEPT not in column.info:
        return f"{old} + {new}"
    return f"CASE WHEN {new} {column.info[KEPT]} {old} THEN {new} ELSE {old} END"


@lru_cache(maxsize=64)
def _kept(table: str) -> Mapping[str, Callable[[int, int], int]]:
    """The columns of which one of two numbers is kept, and which."""
    which = {"<": min, ">": max}
    return {column.name: which[column.info[KEPT]] for column in _table(table).c if KEPT in column.info}


def summed(writes: Sequence[Write], names: Sequence[str]) -> list[dict[str, Any]]:
    """One addition for each row, by these columns of its key, in an order that is the same for all who write: so they
    wait and do not deadlock."""
    read, kept = reading(names), _kept(writes[0].table)
    found: dict[_RowId, dict[str, Any]] = {}
    for write in writes:
        key = tuple(map(storable, read(write.key)))  # type: ignore[union-attr]
        if (sum_ := found.get(key)) is None:
            found[key] = dict(values_of(write))
        else:
            for name, number in write.values.items():  # type: ignore[union-attr]
                sum_[name] = kept[name](sum_[name], number) if name in kept else sum_[name] + number
    return [found[key] for key in sorted(found)]


def reading(names: Sequence[str]) -> Callable[[Row], _RowId]:
    """What gives the values of these columns of a row, in their order."""
    return itemgetter(*names) if len(names) > 1 else lambda row: tuple([row[name] for name in names])


def _table(name: str) -> Table:
    return metadata.tables[name]


@lru_cache(maxsize=256)
def _parents(table: str) -> tuple[tuple[str, str], ...]:
    return tuple((key.parent.name, key.column.table.name) for key in _table(table).foreign_keys)


@lru_cache(maxsize=256)
def children(table: str) -> tuple[str, ...]:
    """The tables that refer to it."""
    return tuple(name for name in metadata.tables if any(parent == table for _, parent in _parents(name)))
