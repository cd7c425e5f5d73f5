"""Field names that differ in upper and lower case only: `order.Total` means the field `total`.

Looking through all names for each missing one would make a loop that counts words quadratic, so the names of the
records that were asked last are kept by their small letters. Fields are only added behind the others, or `take`n.
"""

from itertools import islice

from tasktalk.interpreter.limits import BOUNDS, current
from tasktalk.interpreter.values import Value, text, too_big

_MOST = 4  # records; scripts count things in one or two at a time
_SURELY = BOUNDS["entries"].least  # entries that any record may have, whatever the limit is


class _Names(dict[str, str | None]):
    """The names of a record by their small letters; None where two of them are spelled alike."""

    __slots__ = ("count", "record")

    def __init__(self, record: dict[str, Value]) -> None:
        super().__init__()
        self.record, self.count = record, 0


_NONE = _Names({})  # of a record that nobody has
_known = [_NONE]  # never empty, the newest first: that is the one that a loop asks for again and again


def _names(record: dict[str, Value]) -> _Names:
    """All that the record has now."""
    for known in _known:
        if known.record is record:
            break
    else:
        known = _Names(record)
        _known[:] = [known, *_known[: _MOST - 1]]
    for name in islice(reversed(record), len(record) - known.count):  # what was added since
        lower = name.lower()
        known[lower] = None if lower in known else name
    known.count = len(record)
    return known


def spelled(record: dict[str, Value], key: str) -> str | None:
    """The name of the field that is meant: the key itself, else the only one that differs in case; None for none."""
    return key if key in record else _names(record).get(key.lower())


def field(record: dict[str, Value], key: Value) -> Value:
    """The field of that name; else the only one that differs in upper and lower case; else null."""
    name = key if type(key) is str else text(key)
    return record[name] if name in record else missing(record, name)


def assign(record: dict[str, Value], key: Value, item: Value) -> None:
    """Sets the field that `field` finds, or a new one."""
    name = key if type(key) is str else text(key)
    if name in record:
        record[name] = item
    else:
        add_field(record, name, item)


# a loop that counts words comes to both of these for each new word, so what they share is written out in them


def missing(record: dict[str, Value], key: str) -> Value:
    """What `field` gives for a key that the record has not as it is."""
    try:
        lower = key.lower()
    except AttributeError:  # compiled code has keys of all types
        return field(record, text(key))
    known = _known[0]
    if known.record is not record or known.count != len(record):
        known = _names(record)
    name = known.get(lower)
    if name is not None:
        return record[name]
    return len(record) if lower == "length" else None


def add_field(record: dict[str, Value], key: str, item: Value) -> None:
    """What `assign` does for a key that the record has not as it is."""
    try:
        lower = key.lower()
    except AttributeError:  # compiled code has keys of all types
        assign(record, text(key), item)
        return
    known = _known[0]
    if known.record is not record or known.count != len(record):
        known = _names(record)
    name = known.get(lower)
    if name is not None:
        record[name] = item
        return
    if known.count >= _SURELY and known.count >= current().entries:
        too_big()
    known[lower] = None if lower in known else key
    record[key] = item
    known.count += 1


def take(record: dict[str, Value], key: str) -> Value:
    """Takes the field that is meant out of the record and gives it; null when there is none."""
    name = spelled(record, key)
    if name is None:
        return None
    _known[:] = [known for known in _known if known.record is not record] or [_NONE]
    return record.pop(name)


def forget() -> None:
    """To be called when a script has stopped: what is kept holds its records."""
    _known[:] = [_NONE]
