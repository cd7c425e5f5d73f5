"""Functions on numbers, and chance."""

import math
import uuid
from decimal import ROUND_HALF_UP, Context, Decimal

from tasktalk.interpreter import operations
from tasktalk.interpreter.containers import get
from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.function import function
from tasktalk.interpreter.host import Host
from tasktalk.interpreter.values import Value, fit, number, whole

_MOST_DIGITS = 310  # of a float before the point


@function("INT", "FLOOR", returns="integer", native=math.floor, suits=("number",), methods=("floor",))
def floor(value: Value) -> int:
    """The largest whole number that is not above the value.

    Example: INT(2.7) = 2
    Example: INT(-2.1) = -3
    """
    return math.floor(fit(number(value)))


@function("FIX", "CINT", returns="integer")
def cut(value: Value) -> int:
    """The number without what is behind the point.

    Example: FIX(-2.7) = -2
    """
    return whole(value)


@function("CEIL", "CEILING", returns="integer", methods=("ceil",))
def ceil(value: Value) -> int:
    """The smallest whole number that is not below the value.

    Example: CEIL(2.1) = 3
    """
    return math.ceil(fit(number(value)))


@function("ABS", returns="number", native=abs, suits=("number",), methods=("abs",))
def absolute(value: Value) -> int | float:
    """The number without its sign.

    Example: ABS(-5) = 5
    """
    return abs(number(value))


@function("SGN", "SIGN", returns="integer")
def sign(value: Value) -> int:
    """1, 0 or -1, as the number is above, equal to or below 0.

    Example: SGN(-7) = -1
    """
    found = number(value)
    return (found > 0) - (found < 0)


@function("ROUND", returns="number", methods=("round",))
def round_half_up(value: Value, places: Value = 0) -> int | float:
    """The number rounded to so many places behind the point, halves away from 0.

    Example: ROUND(2.5) = 3
    Example: ROUND(2.345, 2) = 2.35
    """
    found, digits = number(value), max(-300, min(whole(places), 300))
    if isinstance(found, int) and digits >= 0:
        return found
    if digits > 15:
        return found
    near = rounded(found, digits)
    return fit(int(near) if digits <= 0 else float(near))


def rounded(value: float, places: int) -> Decimal:
    """The number with exactly so many digits behind the point, halves away from 0 as people round."""
    exact = Context(prec=_MOST_DIGITS + max(places, 0), rounding=ROUND_HALF_UP)
    return Decimal(repr(fit(value))).quantize(Decimal((0, (1,), -places)), context=exact)


@function("SQR", "SQRT", returns="number")
def square_root(value: Value) -> float:
    """The square root; an error below 0.

    Example: SQR(16) = 4
    """
    found = number(value)
    if found < 0:
        raise ScriptError("range", "a root of a negative number")
    return math.sqrt(found)


@function("EXP", returns="number")
def exponential(value: Value) -> int | float:
    """e to the power of the value.

    Example: EXP(0) = 1
    """
    try:
        return fit(math.exp(number(value)))
    except OverflowError:
        raise ScriptError("overflow", "the number is too large") from None


@function("LOG", "LN", returns="number")
def logarithm(value: Value, base: Value = None) -> float:
    """The natural logarithm, or the one to a base; an error for what is not above 0.

    Example: LOG(1) = 0
    Example: ROUND(LOG(8, 2), 6) = 3
    """
    found, to = number(value), math.e if base is None else number(base)
    if found <= 0 or to <= 0 or to == 1:
        raise ScriptError("range", "a logarithm takes numbers above 0")
    return math.log(found) if base is None else math.log(found, to)


@function("SIN", returns="number")
def sine(angle: Value) -> float:
    """The sine of an angle in radians.

    Example: SIN(0) = 0
    """
    return math.sin(fit(number(angle)))


@function("COS", returns="number")
def cosine(angle: Value) -> float:
    """The cosine of an angle in radians.

    Example: COS(0) = 1
    """
    return math.cos(fit(number(angle)))


@function("TAN", returns="number")
def tangent(angle: Value) -> float:
    """The tangent of an angle in radians.

    Example: TAN(0) = 0
    """
    return math.tan(fit(number(angle)))


@function("ATN", "ATAN", returns="number")
def arc_tangent(value: Value) -> float:
    """The angle in radians that has this tangent.

    Example: ROUND(ATN(1) * 4, 4) = 3.1416
    """
    return math.atan(number(value))


@function("MIN", returns="item", items="same", methods=("min",))
def smallest(*values: Value) -> Value:
    """The smallest of several values, of a list, or of one field of the records in a list.

    Example: MIN(3, 1, 2) = 1
    Example: MIN([3, 1, 2]) = 1
    """
    return _best(values, smallest=True)


@function("MAX", returns="item", items="same", methods=("max",))
def largest(*values: Value) -> Value:
    """The largest of several values, of a list, or of one field of the records in a list.

    Example: MAX(3, 1, 2) = 3
    """
    return _best(values, smallest=False)


def _several(values: tuple[Value, ...]) -> list[Value]:
    """The values, those of a list, or one field of each record of a list: SUM(orders, "total")."""
    if not values or not isinstance(values[0], list):
        return list(values)
    if len(values) == 2 and isinstance(values[1], str):
        return [get(row, values[1]) for row in values[0]]
    return values[0] if len(values) == 1 else list(values)


def _best(values: tuple[Value, ...], *, smallest: bool) -> Value:
    items = _several(values)
    best: Value = None
    for i, item in enumerate(items):
        if i == 0 or (operations.less(item, best) if smallest else operations.less(best, item)):
            best = item
    return best


@function("SUM", returns="number", methods=("sum",))
def total(*values: Value) -> int | float:
    """The sum of several numbers, of a list, or of one field of the records in a list.

    Example: SUM([1, 2, 3]) = 6
    Example: SUM([{n: 1}, {n: 5}], "n") = 6
    """
    items = _several(values)
    return fit(sum(number(item) for item in items))


@function("AVG", "AVERAGE", returns="number")
def average(*values: Value) -> int | float:
    """The mean of several numbers, of a list, or of one field of the records in a list; 0 for none.

    Example: AVG([1, 2, 6]) = 3
    """
    items = _several(values)
    return fit(sum(number(item) for item in items) / len(items)) if items else 0


@function("RANDOM", "RND", returns="number", needs_host=True, is_pure=False)
def chance(host: Host, first: Value = None, last: Value = None) -> int | float:
    """A number by chance: between 0 and 1; with one number a whole one from 1 to it, with two a whole one between them.

    Example: RANDOM(1, 1) = 1
    """
    if first is None:
        return host.random.random()
    low, high = (1, whole(first)) if last is None else (whole(first), whole(last))
    return host.random.randint(min(low, high), max(low, high))


@function("GUID", "UUID", returns="text", needs_host=True, is_pure=False)
def unique_id(host: Host) -> str:
    """A new unique id.

    Example: LEN(GUID()) = 36
    """
    return str(uuid.UUID(int=host.random.getrandbits(128), version=4))
