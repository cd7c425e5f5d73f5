"""Operators on values of any type: the meaning that compiled code falls back on where Python's own operators differ."""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tasktalk.interpreter.equality import same
from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.limits import current
from tasktalk.interpreter.spelling import spelled
from tasktalk.interpreter.values import (
    Value,
    fit,
    is_null,
    iso_moment,
    number,
    overflow,
    text,
    too_big,
    too_long,
)

PATTERN_LIMIT = 1000  # characters, for LIKE and FORMAT: a search with `_` may take that many steps for each character


def add(a: Value, b: Value) -> Value:
    """Numbers add, a date and a number give a date, two lists join; anything else concatenates as text."""
    if isinstance(a, datetime) and _counts(b):
        return later(a, number(b))
    if isinstance(b, datetime) and _counts(a):
        return later(b, number(a))
    if isinstance(a, list) and isinstance(b, list):
        if len(a) + len(b) > current().entries:
            too_big()
        return [*a, *b]
    if _counts(a) and _counts(b):
        return number(a) + number(b)
    return concat(a, b)


def _counts(value: Value) -> bool:
    return value is None or isinstance(value, int | float)


def concat(a: Value, b: Value) -> str:
    """Both as one text."""
    result = text(a) + text(b)
    if len(result) > current().text:
        too_long()
    return result


def later(date: datetime, seconds: float) -> datetime:
    """The date moved on by seconds; an error outside of the years 1 to 9999."""
    try:
        return date + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        raise ScriptError("range", "the date is out of range") from None


def seconds_between(a: datetime, b: datetime) -> int | float:
    """b − a in seconds, an integer where it is whole."""
    seconds = (b - a).total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def subtract(a: Value, b: Value) -> Value:
    """Numbers subtract; date − number is a date; date − date is seconds (either may be ISO text)."""
    if isinstance(a, datetime):
        if isinstance(b, datetime):
            return seconds_between(b, a)
        other = iso_moment(b) if isinstance(b, str) else None
        return seconds_between(other, a) if other else later(a, -number(b))
    if isinstance(b, datetime):
        other = iso_moment(a) if isinstance(a, str) else None
        if other:
            return seconds_between(b, other)
    return number(a) - number(b)


def multiply(a: Value, b: Value) -> int | float:
    """The product, within range."""
    return fit(number(a) * number(b))


def _divisor(value: Value) -> int | float:
    divisor = number(value)
    if not divisor:
        raise ScriptError("division-by-zero", "division by zero")
    return divisor


def divide(a: Value, b: Value) -> float:
    """The quotient; an error for 0."""
    try:
        return number(a) / _divisor(b)
    except OverflowError:
        overflow()


def divide_whole(a: Value, b: Value) -> int | float:
    """The quotient cut towards zero."""
    x, y = number(a), _divisor(b)
    result = abs(x) // abs(y)
    return result if (x < 0) == (y < 0) else -result


def modulo(a: Value, b: Value) -> int | float:
    """What is left of a after the whole quotient; it has the sign of a."""
    x, y = number(a), _divisor(b)
    if isinstance(x, float) or isinstance(y, float):
        return math.fmod(fit(x), fit(y))
    return abs(x) % abs(y) * (1 if x >= 0 else -1)


def power(a: Value, b: Value) -> int | float:
    """a to the power of b: an integer where both are and it fits, else a float."""
    x, y = number(a), number(b)
    try:
        if isinstance(x, int) and isinstance(y, int) and y >= 0 and x.bit_length() * y <= 64:
            return fit(int(x**y))
        result: float | complex = float(x) ** y
    except (OverflowError, ZeroDivisionError):
        overflow()
    if isinstance(result, complex):
        raise ScriptError("range", "a root of a negative number")
    return fit(result)


# ---- comparison ------------------------------------------------------------------------------------------------------


def equal(a: Value, b: Value) -> bool:
    """Equal as the language compares: numbers with numeric text, dates with ISO text, null with "" and 0."""
    if is_null(a) or is_null(b):
        other = b if is_null(a) else a
        return is_null(other) or other in ("", 0)
    if type(a) is type(b):
        return same(a, b) if isinstance(a, list | dict) else a == b
    return _ordered(a, b, lambda x, y: x == y, lambda x, y: x == y, lambda x, y: x == y)


def unequal(a: Value, b: Value) -> bool:
    """The opposite of equal."""
    return not equal(a, b)


def _ordered(
    a: Value,
    b: Value,
    numbers: Callable[[float, float], bool],
    texts: Callable[[str, str], bool],
    dates: Callable[[datetime, datetime], bool],
) -> bool:
    """Compares both as numbers, as dates or as texts, whichever both can be read as."""
    if isinstance(a, str) and isinstance(b, str):
        return texts(a, b)
    if isinstance(a, datetime) or isinstance(b, datetime):
        first, second = _date(a), _date(b)
        return dates(first, second) if first and second else texts(text(a), text(b))
    if a is None and isinstance(b, str):
        return texts("", b)
    if b is None and isinstance(a, str):
        return texts(a, "")
    try:
        first_number, second_number = number(a), number(b)
    except ScriptError:
        return texts(text(a), text(b))
    return numbers(first_number, second_number)


def _date(value: Value) -> datetime | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return iso_moment(value) if isinstance(value, str) else None


def less(a: Value, b: Value) -> bool:
    """a < b."""
    return _ordered(a, b, lambda x, y: x < y, lambda x, y: x < y, lambda x, y: x < y)


def less_equal(a: Value, b: Value) -> bool:
    """a <= b."""
    return _ordered(a, b, lambda x, y: x <= y, lambda x, y: x <= y, lambda x, y: x <= y)


def greater(a: Value, b: Value) -> bool:
    """a > b."""
    return less(b, a)


def greater_equal(a: Value, b: Value) -> bool:
    """a >= b."""
    return less_equal(b, a)


# ---- tests -----------------------------------------------------------------------------------------------------------


def exclusive_or(a: Value, b: Value) -> bool:
    """One of the two is true, not both."""
    return bool(a) is not bool(b)


def contains(whole: Value, part: Value) -> bool:
    """A list has the value, a record has the key, a text has the text in it; null contains nothing."""
    if isinstance(whole, list):
        return any(equal(item, part) for item in whole)
    if whole is None:
        return False
    if isinstance(whole, dict):
        return spelled(whole, text(part)) is not None
    return text(part) in text(whole)


def between(value: Value, low: Value, high: Value) -> bool:
    """x BETWEEN low AND high: both bounds belong to it."""
    return less_equal(low, value) and less_equal(value, high)


def is_in(part: Value, whole: Value) -> bool:
    """x IN list: CONTAINS turned round."""
    return contains(whole, part)


def starts_with(whole: Value, part: Value) -> bool:
    """The text begins with the other."""
    return text(whole).startswith(text(part))


def ends_with(whole: Value, part: Value) -> bool:
    """The text ends with the other."""
    return text(whole).endswith(text(part))


def like(value: Value, pattern: Value) -> bool:
    """The whole text matches the pattern: `%` any characters, `_` one; upper and lower case differ."""
    return _matches(text(value), text(pattern))


def like_any_case(value: Value, pattern: Value) -> bool:
    """LIKE without regard to upper and lower case."""
    return _matches(text(value).lower(), text(pattern).lower())


def _matches(value: str, pattern: str) -> bool:
    """Each piece between two `%` is taken where it first fits, so no choice is ever made again."""
    if len(pattern) > PATTERN_LIMIT:
        raise ScriptError("limit", f"the pattern of LIKE has at most {PATTERN_LIMIT} characters")
    first, *pieces = pattern.split("%")
    if not pieces:
        return len(value) == len(first) and _place(value, first, 0, len(value)) == 0
    last = pieces.pop()
    here, end = len(first), len(value) - len(last)
    if end < here or _place(value, first, 0, here) < 0 or _place(value, last, end, len(value)) < 0:
        return False
    for piece in pieces:
        found = _place(value, piece, here, end)
        if found < 0:
            return False
        here = found + len(piece)
    return True


def _place(value: str, piece: str, start: int, end: int) -> int:
    """Where a piece of a pattern first fits between two positions; -1 for nowhere."""
    if "_" not in piece:
        return value.find(piece, start, end)
    found = re.compile(".".join(map(re.escape, piece.split("_"))), re.DOTALL).search(value, start, end)
    return found.start() if found else -1
