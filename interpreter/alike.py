"""Which of many values repeat each other, in a time that grows with their size alone.

It is stricter than `=` (equality.py), which compares two: values of different kinds are never the same here, 1 and TRUE
or a number and its text, and what contains itself is the same as nothing else. So each value has a number to look up.
"""

from collections.abc import Iterator

from tasktalk.interpreter.values import Value, type_name


class Classes:
    """Numbers for values: two values have the same number if they are the same through and through.

    It takes time in proportion to the number of lists and records in the values, each counted once. One that contains
    itself is the same as itself alone.
    """

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._known: dict[int, int] = {}  # of lists and records, by their Python identity
        self._kept: list[Value] = []  # so that no identity is used again

    def of(self, value: Value) -> int:
        """The number of the value's class."""
        if not isinstance(value, list | dict):
            return self._number((type_name(value), value))
        if id(value) not in self._known:
            self._walk(value)
        return self._known[id(value)]

    def _number(self, key: object) -> int:
        return self._numbers.setdefault(key, len(self._numbers))

    def _walk(self, value: "list[Value] | dict[str, Value]") -> None:
        """Numbers it and all that it holds, the innermost first; what is met inside of itself is itself alone."""
        open_ones: list[tuple[list[Value] | dict[str, Value], Iterator[Value]]] = [(value, _inside(value))]
        self._known[id(value)] = -1
        while open_ones:
            holder, rest = open_ones[-1]
            for part in rest:
                if isinstance(part, list | dict) and id(part) not in self._known:
                    self._known[id(part)] = -1
                    open_ones.append((part, _inside(part)))
                    break
                if isinstance(part, list | dict) and self._known[id(part)] < 0:
                    self._known[id(part)] = self._number(("itself", id(part)))
            else:
                open_ones.pop()
                self._kept.append(holder)
                if self._known[id(holder)] < 0:
                    self._known[id(holder)] = self._number(self._key(holder))

    def _key(self, value: "list[Value] | dict[str, Value]") -> object:
        if isinstance(value, dict):
            return frozenset((name, self.of(part)) for name, part in value.items())
        return tuple(map(self.of, value))


def _inside(value: "list[Value] | dict[str, Value]") -> Iterator[Value]:
    return iter(value if isinstance(value, list) else value.values())
