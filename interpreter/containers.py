"""Reading and writing elements of lists and records, and the iterators of FOR and FOR EACH."""

import math
from collections.abc import Iterator, Sequence

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.limits import current
from tasktalk.interpreter.spelling import assign, field
from tasktalk.interpreter.values import (
    Handle,
    Rows,
    Value,
    fit,
    number,
    numeral,
    text,
    too_big,
    type_name,
    whole,
    wrong_type,
)


def position(key: Value) -> int:
    """The key as a place in a list, from 0."""
    if type(key) is not int:
        found = number(key)
        if isinstance(found, float) and not found.is_integer():
            raise ScriptError("index", f"{text(found)} is not a position")
        key = int(found)
    if key < 0:
        raise ScriptError("index", f"position {text(key)} is below 0")
    return key


def below(key: Value) -> Value:
    """What compiled code calls instead of letting Python count a negative position from the end."""
    return position(key)


def get(value: Value, key: Value) -> Value:
    """An element or field: a missing field is null, a position outside of the list is an error."""
    if isinstance(value, dict):
        return field(value, key)
    if value is None:
        return None
    if isinstance(value, list | str):
        if type(key) is str:
            if key.lower() == "length":
                return len(value)
            if isinstance(value, Handle) and key.lower() in value.fields:
                return value.fields[key.lower()]
            if type(value) is Rows:
                return get(value[0], key) if value else None
            if numeral(key) is None:
                raise ScriptError("wrong-type", f"a {type_name(value)} has no field '{key[:40]}'")
        place = position(key)
        if place >= len(value):
            kind = "text" if isinstance(value, str) else "list"
            raise ScriptError("index", f"there is no position {text(place)} in a {kind} of {len(value)}")
        return value[place]
    raise wrong_type(value, "a list or a record")


def put(value: Value, key: Value, item: Value) -> None:
    """Sets an element or the field that `field` finds; a list is padded with null up to the position."""
    if isinstance(value, dict):
        assign(value, key, item)
    elif isinstance(value, list):
        if type(value) is Rows and type(key) is str and value:
            return put(value[0], key, item)
        place = position(key)
        if place >= current().entries:
            too_big()
        if place >= len(value):
            value.extend([None] * (place + 1 - len(value)))
        value[place] = item
    else:
        raise wrong_type(value, "a list or a record")
    return None


def push(value: Value, item: Value) -> None:
    """Appends to a list."""
    if not isinstance(value, list):
        raise wrong_type(value, "a list")
    if len(value) >= current().entries:
        too_big()
    value.append(item)


def new_list(fill: Value, *sizes: Value) -> list[Value]:
    """A list of that size for DIM; several sizes give lists in lists."""
    size = _checked_size(sizes)
    if len(sizes) == 1:
        return [fill] * size
    return [new_list(fill, *sizes[1:]) for _ in range(size)]


def _checked_size(sizes: Sequence[Value]) -> int:
    """The first of the sizes, if the elements of them all together are not too many."""
    if math.prod(max(position(s), 1) for s in sizes) > current().entries:  # 0 inside makes as many empty lists
        too_big()
    return position(sizes[0])


def last_position(value: Value) -> int:
    """The last position of a list; 0 where there is none."""
    return max(len(value) - 1, 0) if isinstance(value, list) else 0


def resized(fill: Value, value: Value, *sizes: Value) -> Value:
    """A list of that size for REDIM PRESERVE: the same list, what is missing added and what is too much cut off."""
    if not isinstance(value, list):
        return new_list(fill, *sizes)
    size = _checked_size(sizes)
    if len(sizes) > 1:
        value[:] = [resized(fill, item, *sizes[1:]) for item in value[:size]]
    value.extend(new_list(fill, size - len(value), *sizes[1:]) if size > len(value) else [])
    del value[size:]
    return value


def given(arguments: Value, index: int) -> Value:
    """What was given to a script in that place; null when less was given."""
    return arguments[index] if isinstance(arguments, list) and index < len(arguments) else None


def new_container(key: Value) -> Value:
    """What an unset variable becomes when an element of it is assigned: a list for a position, else a record."""
    return [] if type(key) is int or type(key) is float else {}


def portion(value: Value, word: str, count: Value) -> Value:
    """The first or last `count` items, for FOR EACH … LAST n; the whole value when it is no list."""
    if not isinstance(value, list):
        return value
    n = max(whole(count), 0)
    return value[len(value) - min(n, len(value)) :] if word == "LAST" else value[:n]


# ---- loops -----------------------------------------------------------------------------------------------------------


class Steps:
    """FOR with a fractional step: an iterator whose whole state is three numbers."""

    __slots__ = ("step", "stop", "value")

    def __init__(self, value: float, stop: float, step: float) -> None:
        self.value, self.stop, self.step = value, stop, step

    def __iter__(self) -> Iterator[float]:
        return self

    def __next__(self) -> float:
        value = self.value
        if value <= self.stop if self.step >= 0 else value >= self.stop:
            self.value = value + self.step
            return value
        raise StopIteration


def _not_begun() -> ScriptError:
    return ScriptError("no-loop", "this FOR has not begun: a GOTO led into it", hint="put the label before the FOR")


def following(items: Iterator[Value] | None, end: object) -> object:
    """The next item of a FOR EACH, or `end`."""
    if items is None:
        raise _not_begun()
    return next(items, end)


def inside(value: Value, stop: Value, step: Value) -> bool:
    """FOR goes on with this value."""
    if step is None:
        raise _not_begun()
    here, last = number(value), number(stop)
    return here <= last if _step(step) > 0 else here >= last


def _step(step: Value) -> int | float:
    found = number(step)
    if not found:
        raise ScriptError("range", "the step of a FOR is 0")
    return found


def finish(value: Value, stop: Value, step: Value) -> Value:
    """What the variable of a FOR holds behind the loop."""
    return number(value) + number(step) if inside(value, stop, step) else number(value)


def steps(start: Value, stop: Value, step: Value) -> Iterator[int] | Steps:
    """The values of a FOR."""
    first, last, by = number(start), fit(number(stop)), _step(step)
    if isinstance(first, int) and isinstance(by, int):
        end = math.floor(last) + 1 if by > 0 else math.ceil(last) - 1
        return iter(range(first, end, by))
    return Steps(first, last, by)


def each(value: Value) -> Iterator[Value]:
    """The items of a list or the values of a record; null has none."""
    if isinstance(value, list):
        return list.__iter__(value)
    if isinstance(value, dict):
        return iter(list(value.values()))
    if value is None or value == "":
        return iter([])
    raise wrong_type(value, "a list")


def choose_label(value: Value, count: int) -> int:
    """Which of `count` labels ON e GOTO takes, from 1; 0 for none."""
    chosen = whole(value)
    return chosen if 1 <= chosen <= count else 0
