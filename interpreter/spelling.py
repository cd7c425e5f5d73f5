"""Field names that differ in upper and lower case only: `order.Total` means the field `total`.

Looking through all names for each missing one would make a loop that counts words quadratic, so the names of the
records that were asked last are kept by their small letters. Fields are only added behind the others, or `take`n.
"""

from itertools import islice

from tasktalk.interpreter.limits import current
from tasktalk.interpreter.values import Value, too_big

_MOST = 4  # records; scripts count things in one or two at a time


class _Names:
    """The names of a record by their small letters; None where two of them are spelled alike."""

    __slots__ = ("by_lower", "count", "record")

    def __init__(self, record: dict[str, Value]) -> None:
        self.record, self.count = record, 0  # to hold it keeps its id its own
        self.by_lower: dict[str, str | None] = {}

    def add(self, name: str, lower: str) -> None:
        self.by_lower[lower] = None if lower in self.by_lower else name
        self.count += 1


_known: dict[int, _Names] = {}


def _names(record: dict[str, Value]) -> _Names:
    known = _known.get(id(record))
    if known is None:
        while len(_known) >= _MOST:
            _known.pop(next(iter(_known), 0), None)
        known = _known[id(record)] = _Names(record)
    if known.count != len(record):
        for name in islice(reversed(record), len(record) - known.count):  # what was added since
            known.add(name, name.lower())
    return known


def spelled(record: dict[str, Value], key: str) -> str | None:
    """The name of the field that is meant: the key itself, else the only one that differs in case; None for none."""
    return key if key in record else _names(record).by_lower.get(key.lower())


def assign(record: dict[str, Value], key: str, item: Value) -> None:
    """Sets the field that is meant, or a new one."""
    if key not in record:
        lower = key.lower()
        known = _names(record)
        found = known.by_lower.get(lower)
        if found is None:
            if len(record) >= current().entries:
                too_big()
            known.add(key, lower)
        else:
            key = found
    record[key] = item


def take(record: dict[str, Value], key: str) -> Value:
    """Takes the field that is meant out of the record and gives it; null when there is none."""
    name = spelled(record, key)
    if name is None:
        return None
    _known.pop(id(record), None)
    return record.pop(name)


def forget() -> None:
    """To be called when a script has stopped: what is kept holds its records."""
    _known.clear()
