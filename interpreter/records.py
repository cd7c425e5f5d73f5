"""Which field of a record a name means: the one that is written exactly so, else the only one in another case."""

from itertools import islice
from typing import NamedTuple

from tasktalk.interpreter.values import Value

_FEW = 16  # fields that are looked through as quickly as an index is asked
_MOST_KNOWN = 4  # records; scripts count things in one or two large ones at a time


class _Known(NamedTuple):
    """The first `seen` fields of a record by their lower-case names. Holding the record keeps its id its own."""

    record: dict[str, Value]
    seen: int
    by_lower: dict[str, list[str]]


_known: dict[int, _Known] = {}


def alike(record: dict[str, Value], key: str) -> list[str]:
    """The fields whose names differ from the key in upper and lower case at most.

    Takes no longer for a large record: a script may fill one with 100,000 fields, one by one.
    """
    lower = key.lower()
    if len(record) > _FEW:
        return _by_lower(record).get(lower, [])
    if lower not in map(str.lower, record):
        return []
    return [name for name in record if name.lower() == lower]


def spelled(record: dict[str, Value], key: str) -> str:
    """The field that is meant, or the key itself where none is."""
    if key in record or not record:
        return key
    same = alike(record, key)
    return same[0] if len(same) == 1 else key


def _by_lower(record: dict[str, Value]) -> dict[str, list[str]]:
    """The index of a large record. Fields are only ever added behind the others, or taken away by `remove`."""
    known = _known.get(id(record))
    if known is None:
        while len(_known) >= _MOST_KNOWN:
            _known.pop(next(iter(_known), 0), None)
        known = _Known(record, 0, {})
    if known.seen < len(record):
        for name in islice(reversed(record), len(record) - known.seen):
            known.by_lower.setdefault(name.lower(), []).append(name)
        _known[id(record)] = known._replace(seen=len(record))
    return known.by_lower


def remove(record: dict[str, Value], key: str) -> Value:
    """Takes the field that is meant out of a record; null when there is none."""
    name = spelled(record, key)
    known = _known.get(id(record))
    if known is not None and name in (same := known.by_lower.get(name.lower(), [])):
        same.remove(name)
        _known[id(record)] = known._replace(seen=known.seen - 1)
    return record.pop(name, None)


def forget() -> None:
    """Lets go of the records that were looked at."""
    _known.clear()
