"""Whether two lists or records hold the same. Python's own `==` takes exponential time where they share their parts."""

from tasktalk.interpreter.values import Rows, Value

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
