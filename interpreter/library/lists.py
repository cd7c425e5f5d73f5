"""Functions on lists and records."""

import functools

from tasktalk.interpreter import containers, operations
from tasktalk.interpreter.equality import Classes
from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.function import function
from tasktalk.interpreter.limits import current
from tasktalk.interpreter.spelling import spelled, take
from tasktalk.interpreter.values import Value, text, too_big, whole, wrong_type

_DOWN = ("desc", "descending")
_ORDERS = ("asc", "ascending", *_DOWN)


def _list(value: Value) -> list[Value]:
    if isinstance(value, list):
        return value
    if value is None:
        return []
    raise wrong_type(value, "a list")


@function("UBOUND", "COUNT", returns="integer", native=len, suits=("text", "list", "record"), methods=("count",))
def count(value: Value) -> int:
    """How many entries a list or record has; 0 for null, and the length of a text.

    UBOUND of a variable that only a DIM with bounds sets, `DIM a(1 TO 9)` or `DIM a(3, 4)`, is its last position.

    Example: UBOUND(["a", "b"]) = 2
    """
    if value is None:
        return 0
    return len(value) if isinstance(value, list | dict | str) else 1


@function("LBOUND", returns="integer")
def first_position(value: Value) -> int:
    """The first position of a list, which is 0; 1 of a variable that only `DIM a(1 TO 9)` sets.

    Example: LBOUND([5]) = 0
    """
    return 0 if value is None or isinstance(value, list) else _refuse(value)


def _refuse(value: Value) -> int:
    raise wrong_type(value, "a list")


@function("FIRST", returns="item", items="same", methods=("first",))
def first(value: Value, name: Value = None) -> Value:
    """The first entry of a list, or the first word of a text; null for none. With a name, that field of the entry.

    Example: FIRST([7, 8]) = 7
    Example: FIRST([{town: "Faro"}], "town") = "Faro"
    """
    if isinstance(value, str):
        words = value.split(maxsplit=1)
        return words[0] if words else ""
    items = _list(value)
    return _entry(items[0], name) if items else None


@function("LAST", returns="item", items="same", methods=("last",))
def last(value: Value, name: Value = None) -> Value:
    """The last entry of a list, or the last word of a text; null for none. With a name, that field of the entry.

    Example: LAST([7, 8]) = 8
    Example: LAST([{town: "Faro"}], "town") = "Faro"
    """
    if isinstance(value, str):
        words = value.rsplit(maxsplit=1)
        return words[-1] if words else ""
    items = _list(value)
    return _entry(items[-1], name) if items else None


def _entry(entry: Value, name: Value) -> Value:
    return entry if name is None else containers.get(entry, name)


@function(
    "PUSH",
    "APPEND",
    returns="list",
    items="same",
    stores="item",
    methods=("push", "append", "add"),
    is_pure=False,
)
def push(items: Value, value: Value) -> Value:
    """Adds an entry at the end of a list; gives the list.

    Example: LEN(PUSH([1], 2)) = 2
    """
    containers.push(items, value)
    return items


@function("POP", returns="item", items="same", methods=("pop",), is_pure=False)
def pop(items: Value) -> Value:
    """Takes the last entry out of a list and gives it; null when there is none.

    Example: POP([1, 2]) = 2
    """
    found = _list(items)
    return found.pop() if found else None


@function("SHIFT", returns="item", items="same", methods=("shift",), is_pure=False)
def shift(items: Value) -> Value:
    """Takes the first entry out of a list and gives it; null when there is none.

    Example: SHIFT([1, 2]) = 1
    """
    found = _list(items)
    return found.pop(0) if found else None


@function("UNSHIFT", returns="list", items="same", stores="item", methods=("unshift",), is_pure=False)
def unshift(items: Value, value: Value) -> Value:
    """Puts an entry before all others of a list; gives the list.

    Example: FIRST(UNSHIFT([1], 2)) = 2
    """
    if not isinstance(items, list):
        raise wrong_type(items, "a list")
    if len(items) >= current().entries:
        too_big()
    items.insert(0, value)
    return items


@function("SLICE", returns="list", items="same", methods=("slice",))
def cut_out(items: Value, start: Value, end: Value = None) -> list[Value]:
    """The entries of a list from a position up to another one, as a new list; below 0 counts from the end.

    Example: SLICE([1, 2, 3], 1)[0] = 2
    """
    return _list(items)[whole(start) : None if end is None else whole(end)]


@function("SORT", returns="list", items="same", methods=("sort",))
def in_order(items: Value, by: Value = "asc", order: Value = "asc") -> list[Value]:
    """The entries of a list from the smallest to the largest, or the other way round with "desc", as a new list.

    Records are put in order by the field that is named: SORT(orders, "total", "desc"), or SORT orders BY "total" DESC.

    Example: SORT([3, 1, 2])[0] = 1
    Example: SORT([3, 1, 2], "desc")[0] = 3
    Example: SORT([{n: 2}, {n: 7}], "n", "desc")[0].n = 7
    """
    found, field = list(_list(items)), text(by)
    if field.lower() in _ORDERS:
        order, field = by, ""
    is_down = text(order).lower() in _DOWN
    keys = [containers.get(item, field) for item in found] if field else found
    kinds = {type(key) for key in keys}
    if (len(kinds) == 1 and kinds <= {int, float, str}) or kinds == {int, float}:
        places = sorted(range(len(keys)), key=keys.__getitem__, reverse=is_down)  # type: ignore[arg-type]  # one kind
    else:
        by_key = functools.cmp_to_key(_compare)
        places = sorted(range(len(keys)), key=lambda place: by_key(keys[place]), reverse=is_down)
    return [found[place] for place in places]


def _compare(a: Value, b: Value) -> int:
    return -1 if operations.less(a, b) else int(operations.less(b, a))


@function("REVERSE", returns="part", items="same", methods=("reverse",))
def backwards(value: Value) -> Value:
    """The list, or the text, from its end to its start.

    Example: REVERSE("abc") = "cba"
    """
    return text(value)[::-1] if not isinstance(value, list) else value[::-1]


@function("UNIQUE", returns="list", items="same", methods=("unique", "distinct"))
def unique(items: Value) -> list[Value]:
    """The entries of a list without repetitions, in their order.

    A number and the text that spells it are two things here.

    Example: LEN(UNIQUE([1, 1, 2])) = 2
    """
    classes, found = Classes(), dict[int, Value]()
    for item in _list(items):
        found.setdefault(classes.of(item), item)
    return list(found.values())


@function("RANGE", returns="list", items="integer")
def numbers(start: Value, stop: Value, step: Value = 1) -> list[Value]:
    """The whole numbers from one to another, both included.

    Example: JOIN(RANGE(1, 3), "-") = "1-2-3"
    """
    by = whole(step)
    if not by:
        raise ScriptError("range", "the step of RANGE is 0")
    first, last = whole(start), whole(stop)
    if (last - first) // by >= current().entries:
        too_big()
    return list(range(first, last + (1 if by > 0 else -1), by))


@function("KEYS", returns="list", items="text", methods=("keys",))
def keys(record: Value) -> list[Value]:
    """The names of a record's fields.

    Example: JOIN(KEYS({a: 1, b: 2})) = "a, b"
    """
    return list(record) if isinstance(record, dict) else []


@function("VALUES", returns="list", items="fields", methods=("values",))
def fields(record: Value) -> list[Value]:
    """The values of a record's fields.

    Example: SUM(VALUES({a: 1, b: 2})) = 3
    """
    return list(record.values()) if isinstance(record, dict) else []


@function("HAS", returns="boolean", methods=("has", "hasKey", "has_key"))
def has(record: Value, key: Value) -> bool:
    """The record has a field of that name, in any case.

    Example: HAS({a: 1}, "a")
    """
    if not isinstance(record, dict):
        return False
    return spelled(record, text(key)) is not None


@function("REMOVE", returns="item", items="same", methods=("remove", "delete"), is_pure=False)
def remove(value: Value, key: Value) -> Value:
    """Takes a field out of a record, or the entry at a position out of a list, and gives it; null when there is none.

    Example: REMOVE({a: 1}, "a") = 1
    """
    if isinstance(value, dict):
        return take(value, text(key))
    items, place = _list(value), containers.position(key)
    return items.pop(place) if place < len(items) else None
