"""Field names that differ in upper and lower case only: `order.Total` means the field `total`.

Looking through all names for each missing one would make a loop that counts words quadratic, so the names of the record
that was asked last are kept by their small letters.
"""

from itertools import islice

from tasktalk.interpreter.values import LIST_LIMIT, Value, too_big


class _Names:
    """The names of one record by their small letters; None where two of them are spelled alike."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.record: dict[str, Value] = {}
        self.count = 0
        self.names: dict[str, str | None] = {}

    def of(self, record: dict[str, Value]) -> dict[str, str | None]:
        """The names of that record."""
        if self.record is not record:
            self.record, self.count, self.names = record, 0, {}
        if self.count != len(record):
            for name in islice(reversed(record), len(record) - self.count):  # what was added since
                self.add(name, name.lower())
        return self.names

    def add(self, name: str, lower: str) -> None:
        self.names[lower] = None if lower in self.names else name
        self.count += 1


_last = _Names()


def spelled(record: dict[str, Value], key: str) -> str | None:
    """The name of the field that is meant: the key itself, else the only one that differs in case; None for none."""
    return key if key in record else _last.of(record).get(key.lower())


def assign(record: dict[str, Value], key: str, item: Value) -> None:
    """Sets the field that is meant, or a new one."""
    if key not in record:
        lower = key.lower()
        found = _last.of(record).get(lower)
        if found is None:
            if len(record) >= LIST_LIMIT:
                too_big()
            _last.add(key, lower)
        else:
            key = found
    record[key] = item


def removed(record: dict[str, Value]) -> None:
    """To be called when a field was taken out of a record: what is kept of it only grows."""
    if _last.record is record:
        _last.forget()
