"""What one turn or request wants written, as data: computed first, committed whole or not at all.

Nobody changes a write. The classes are not frozen all the same: every turn makes some, and that would take it three
times as long.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

Row: TypeAlias = Mapping[str, Any]


def storable(value: Any) -> Any:
    """The value as every database can keep it.

    PostgreSQL has no character 0 and none has half of a surrogate pair, so a text has U+FFFD for them.
    """
    if isinstance(value, str) and ("\0" in value or not value.isascii()):
        return _UNSTORABLE.sub("\ufffd", value)
    return value


@dataclass(slots=True)
class Insert:
    """A new row. The ids are the application's, so nothing has to be read back."""

    table: str
    row: Row


@dataclass(slots=True)
class Update:
    """Sets `values` in the one row that has all of `key`; no such row is a Conflict.

    A version in the key guards against lost updates.
    """

    table: str
    key: Row
    values: Row


@dataclass(slots=True)
class Count:
    """Adds one to `column` of the one row that has all of `key`, where it is below `most`; no such row is a Conflict.

    Of several at once none is lost, and together they never go beyond `most`.
    """

    table: str
    key: Row
    column: str
    most: int


@dataclass(slots=True)
class Delete:
    """Removes every row that has all of `key`; none is fine."""

    table: str
    key: Row


@dataclass(slots=True)
class Expect:
    """Changes nothing: a row that has all of `key`, none of it null, must be there until the commit, else it is a
    Conflict."""

    table: str
    key: Row


@dataclass(slots=True)
class Add:
    """Adds `values` to the numbers of the row whose primary key is `key`; where there is none they are its numbers.

    Of a column that says so (`columns.KEPT`) the lesser or the greater number is kept. It never fails for what others
    write meanwhile, and sees nothing of it.
    """

    table: str
    key: Row
    values: Row


Write: TypeAlias = Insert | Update | Count | Delete | Expect | Add


@dataclass(slots=True)
class WriteSet:
    """Writes in the order in which they must happen; tables by their name in `tables`."""

    writes: list[Write] = field(default_factory=list)
    committed_with: int = field(default=0, compare=False)
    """Once it is committed: how many write sets shared the commit, itself among them."""

    def insert(self, table: str, row: Row) -> None:
        """Adds a row."""
        self.writes.append(Insert(table, row))

    def update(self, table: str, key: Row, values: Row) -> None:
        """Changes the one row that has all of `key`."""
        self.writes.append(Update(table, key, values))

    def count(self, table: str, key: Row, column: str, most: int) -> None:
        """Adds one to a column of the one row that has all of `key`."""
        self.writes.append(Count(table, key, column, most))

    def delete(self, table: str, key: Row) -> None:
        """Removes the rows that have all of `key`."""
        self.writes.append(Delete(table, key))

    def add(self, table: str, key: Row, values: Row) -> None:
        """Adds to the numbers of the row whose primary key is `key`."""
        self.writes.append(Add(table, key, values))

    def expect(self, table: str, key: Row) -> None:
        """Demands a row that has all of `key`."""
        self.writes.append(Expect(table, key))


class Conflict(Exception):
    """A write set met a row that is not as expected (changed, gone, already there), and nothing of it was written."""

    def __init__(self, table: str, key: Row, reason: str) -> None:
        super().__init__(f"{table}: {reason}")
        self.table, self.key, self.reason = table, key, reason


class Duplicate(Conflict):
    """The row to insert is there already, by its id or another unique key."""
