"""What is the same inside of lists and records: numbers and booleans by their value, texts and dates by theirs.

`same` compares two, `Classes` many, for UNIQUE. Python's own `==` takes exponential time where lists share their parts.
"""

from collections.abc import Iterator

from tasktalk.interpreter.values import Rows, Value, type_name

_NESTING = frozenset((list, Rows, dict))


def same(a: Value, b: Value) -> bool:
    """Two lists, or two records, hold the same, as Python compares numbers and texts.

    The time grows with their size, however often they hold one another, or themselves: what was once taken for the
    same is one class, and is not looked at again.
    """
    classes: dict[int, int] = {}

    def class_of(value: Value) -> int:
        found = id(value)
        while (above := classes.get(found, found)) != found:
            classes[found] = classes.get(above, above)
            found = above
        return found

    left: list[tuple[Value, Value]] = [(a, b)]
    while left:
        x, y = left.pop()
        if x is y:
            continue
        inside = _pairs(x, y)
        if inside is None:
            return False
        if inside:
            one, other = class_of(x), class_of(y)
            if one != other:
                classes[one] = other
                left += inside
    return True


def _pairs(a: Value, b: Value) -> list[tuple[Value, Value]] | None:
    """What must be the same in two values for them to be it: nothing is left where neither nests; None if they are
    not the same whatever is in them."""
    if isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            return None
        if not _NESTING.isdisjoint(map(type, a)):
            return list(zip(a, b, strict=True))
    elif isinstance(a, dict) and isinstance(b, dict):
        if a.keys() != b.keys():
            return None
        if not _NESTING.isdisjoint(map(type, a.values())):
            return [(item, b[name]) for name, item in a.items()]
    return [] if a == b else None


class Classes:
    """Numbers for values: two values have the same number if `same` holds of them, but for those that contain
    themselves. So each of many values can be looked up among those before it.

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
            kind = "number" if isinstance(value, bool | int | float) else type_name(value)  # 1 = TRUE
            return self._number((kind, value))
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
