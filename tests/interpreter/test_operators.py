"""What operators mean, held against a small model that was written from the language's description and nothing else.

Each operation runs three ways: in the library alone, compiled with types that are known, and compiled without any.
"""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasktalk.interpreter import operations
from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.session import Finished, Pending, Session
from tasktalk.interpreter.values import Rows, fit_number
from tests.interpreter.suspending import Folder, World, answered

Model = Callable[[Any, Any], Any]
LAW = settings(max_examples=250)
LONGEST, DIGITS = 2**63, "0123456789"


class Refuses(Exception):
    """The model says: an error with this code."""


# ---- the model -------------------------------------------------------------------------------------------------------


def shown(value: Any) -> str:
    """How a value reads as text; lists and records are not in these tests."""
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    value = ranged(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**16:
        return f"{value:.0f}".replace("-0", "0") if value == 0 else f"{value:.0f}"
    return repr(value)


def ranged(value: float) -> float:
    """Integers past 63 bits are floats, and past the floats is an error."""
    if isinstance(value, int) and not -LONGEST <= value < LONGEST:
        try:
            value = float(value)
        except OverflowError:
            raise Refuses("overflow") from None
    if isinstance(value, float) and (math.isinf(value) or math.isnan(value)):
        raise Refuses("overflow")
    return value


def numeric(value: Any) -> float | None:
    """The number that a value counts as in `- * / \\ MOD ^`, or None."""
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and value.strip(" \t\n"):
        plain = value.strip(" \t\n").lstrip("+-").lower()
        if plain and plain[0] in DIGITS + "." and set(plain) <= set(DIGITS + ".e+-"):
            try:
                return int(value) if set(plain) <= set(DIGITS) else ranged(float(value))
            except (ValueError, Refuses):
                return None
    return None


def needed(value: Any) -> float:
    found = numeric(value)
    if found is None:
        raise Refuses("wrong-type")
    return found


def instant(value: Any) -> datetime | None:
    """A date, or the one that ISO text spells."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and value[:4].isdigit() and value[4:5] == "-":
        found = datetime.fromisoformat(value)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def moved(date: datetime, seconds: float) -> datetime:
    try:
        return date + timedelta(seconds=ranged(seconds))
    except (OverflowError, ValueError):
        raise Refuses("range") from None


def counts(value: Any) -> bool:
    return value is None or isinstance(value, int | float)


def plus(a: Any, b: Any) -> Any:
    if isinstance(a, datetime) and counts(b):
        return moved(a, needed(b))
    if isinstance(b, datetime) and counts(a):
        return moved(b, needed(a))
    return ranged(needed(a) + needed(b)) if counts(a) and counts(b) else shown(a) + shown(b)


def minus(a: Any, b: Any) -> Any:
    if isinstance(a, datetime) or isinstance(b, datetime):
        first, second = instant(a), instant(b)
        if first and second:
            return (first - second).total_seconds()
        if isinstance(a, datetime):
            return moved(a, -needed(b))
        raise Refuses("wrong-type")
    return ranged(needed(a) - needed(b))


def divisor(value: Any) -> float:
    found = needed(value)
    if found == 0:
        raise Refuses("division-by-zero")
    return found


def quotient(a: Any, b: Any) -> Any:
    return ranged(needed(a) / divisor(b))


def whole_quotient(a: Any, b: Any) -> Any:
    first, second = needed(a), divisor(b)
    size = ranged(abs(first) // abs(second))
    return size if (first < 0) == (second < 0) else -size


def rest(a: Any, b: Any) -> Any:
    first, second = needed(a), divisor(b)
    if isinstance(first, int) and isinstance(second, int):
        return int(math.copysign(1, first)) * (abs(first) % abs(second))
    return math.fmod(first, second)


def raised(a: Any, b: Any) -> Any:
    first, second = needed(a), needed(b)
    try:
        found = (
            first**second
            if isinstance(first, int) and isinstance(second, int) and 0 <= second < 64
            else float(first) ** second
        )
    except (OverflowError, ZeroDivisionError):
        raise Refuses("overflow") from None
    if isinstance(found, complex):
        raise Refuses("range")
    return ranged(found)


def order(a: Any, b: Any) -> int:
    """-1, 0 or 1: numbers with numbers or numeric text as numbers, dates with dates or ISO text, else as texts."""
    if isinstance(a, datetime) or isinstance(b, datetime):
        first, second = instant(a), instant(b)
        if first and second:
            return (first > second) - (first < second)
    elif not (isinstance(a, str) and isinstance(b, str)) and not (
        (a is None and isinstance(b, str)) or (b is None and isinstance(a, str))
    ):
        one, other = numeric(a), numeric(b)
        if one is not None and other is not None:
            return (one > other) - (one < other)
    return (shown(a) > shown(b)) - (shown(a) < shown(b))


def same(a: Any, b: Any) -> bool:
    if a is None or b is None:
        other = b if a is None else a
        return other is None or other is False or other == "" or (counts(other) and other == 0)
    return order(a, b) == 0


MODEL: dict[str, Model] = {
    "+": plus,
    "-": minus,
    "*": lambda a, b: ranged(needed(a) * needed(b)),
    "/": quotient,
    "\\": whole_quotient,
    "MOD": rest,
    "^": raised,
    "&": lambda a, b: shown(a) + shown(b),
    "=": same,
    "<>": lambda a, b: not same(a, b),
    "<": lambda a, b: order(a, b) < 0,
    "<=": lambda a, b: order(a, b) <= 0,
    ">": lambda a, b: order(a, b) > 0,
    ">=": lambda a, b: order(a, b) >= 0,
    "AND": lambda a, b: b if a else a,
    "OR": lambda a, b: a or b,
    "??": lambda a, b: b if a is None else a,
    "CONTAINS": lambda a, b: a is not None and shown(b) in shown(a),
    "STARTS WITH": lambda a, b: shown(a).startswith(shown(b)),
    "ENDS WITH": lambda a, b: shown(a).endswith(shown(b)),
}
LIBRARY = {
    "+": operations.add, "-": operations.subtract, "*": operations.multiply, "/": operations.divide,
    "\\": operations.divide_whole, "MOD": operations.modulo, "^": operations.power, "&": operations.concat,
    "=": operations.equal, "<>": operations.unequal, "<": operations.less, "<=": operations.less_equal,
    ">": operations.greater, ">=": operations.greater_equal, "CONTAINS": operations.contains,
    "STARTS WITH": operations.starts_with, "ENDS WITH": operations.ends_with,
}  # fmt: skip

# ---- values ----------------------------------------------------------------------------------------------------------

EDGES = [0, 1, -1, 2, 7, -7, 64, 2**31, 2**53 + 1, 2**62, LONGEST - 1, -LONGEST, 1 - LONGEST]
integers = st.sampled_from(EDGES) | st.integers(-(2**63), 2**63 - 1) | st.integers(-20, 20)
floats = st.sampled_from([0.5, -2.5, 1e15, 1e16, -1e16, 1e300, 5e-324, 0.1, 3.0]) | st.floats(
    allow_nan=False, allow_infinity=False
).map(lambda x: x + 0.0)
texts = st.sampled_from(
    [
        "",
        " ",
        "0",
        "7",
        "-3",
        "2.5",
        "1e3",
        " 4 ",
        "007",
        "abc",
        "A",
        "ä",
        "inf",
        "nan",
        "1_0",
        "0x10",
        "2026-07-01",
        "true",
    ]
) | st.text("abAB01 %_", max_size=4)
dates = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)).map(lambda d: d.replace(microsecond=0, tzinfo=UTC))  # noqa: DTZ001
values: st.SearchStrategy[Any] = st.none() | st.booleans() | integers | floats | texts | dates


def outcome(run: Callable[[], Any]) -> tuple[str, Any]:
    try:
        return told(run())
    except Refuses as refused:
        return "error", str(refused)
    except ScriptError as error:
        return "error", error.code


def told(value: Any) -> tuple[str, Any]:
    """The value with its kind: 1 and 1.0 are one number, true is none."""
    if isinstance(value, bool) or value is None:
        return "word", value
    if isinstance(value, int | float):
        return "number", value
    return type(value).__name__, value


def literal(value: Any) -> str:
    """The value as a script writes it."""
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, datetime):
        return f'DATEVALUE("{value.isoformat()}")'
    if value is None or isinstance(value, bool):
        return str(value).upper().replace("NONE", "NULL")
    if value == -LONGEST:
        return "(-9223372036854775807 - 1)"
    return f"({value!r})"


SCRIPTS = {
    "expression": "RETURN {a} {op} {b}\n",
    "variables": "x = {a}\ny = {b}\nz = x {op} y\nRETURN z\n",
    "over a wait": "x = {a}\ny = {b}\nWAIT 1\nz = x {op} y\nRETURN z\n",
    "compound": "x = {a}\nFOR i = 1 TO 1\n  x = x {op} {b}\nNEXT\nRETURN x\n",
    "in a function": "FUNCTION f(p, q)\n  RETURN p {op} q\nEND FUNCTION\nRETURN f({a}, {b})\n",
    "in a list": "a = [{a}, {b}]\nRETURN a[0] {op} a[1]\n",
}


def compiled(form: str, operator: str, a: Any, b: Any, *, infer: bool, brief: bool) -> Any:
    source = SCRIPTS[form].format(a=literal(a), b=literal(b), op=operator)
    folder = Folder({"start.bas": source}, infer=infer, brief=brief)
    session = Session(folder.by_name("start.bas"), World(), folder)
    result = session.start()
    while not isinstance(result, Finished):
        assert isinstance(result, Pending)
        session = Session.load(session.dump(), World(), folder)
        result = answered(session, result)
    return fit_number(result.value)


@pytest.mark.parametrize("operator", LIBRARY)
@LAW
@given(a=values, b=values)
def test_library(operator: str, a: Any, b: Any) -> None:
    run: Callable[..., Any] = LIBRARY[operator]
    assert outcome(lambda: fit_number(run(a, b))) == outcome(lambda: MODEL[operator](a, b))


@pytest.mark.parametrize("operator", MODEL)
@settings(LAW, max_examples=40)
@given(a=values, b=values, form=st.sampled_from(sorted(SCRIPTS)))
def test_compiled(operator: str, a: Any, b: Any, form: str) -> None:
    expected = outcome(lambda: MODEL[operator](a, b))
    for infer, brief in ((True, True), (True, False), (False, False)):
        assert outcome(partial(compiled, form, operator, a, b, infer=infer, brief=brief)) == expected, form


def ran(source: str, *, infer: bool, brief: bool) -> Any:
    folder = Folder({"start.bas": source}, infer=infer, brief=brief)
    result = Session(folder.by_name("start.bas"), World(), folder).start()
    assert isinstance(result, Finished)
    return result.value


@LAW
@given(value=values, infer=st.booleans(), brief=st.booleans())
def test_text_and_truth(value: Any, infer: bool, brief: bool) -> None:
    """Each way to make a text of a value gives the same one; false, 0, "" and null are false."""
    x, is_true = literal(value), value not in (None, False, 0, "")
    ways = f'x = {x}\nRETURN ["" & x, x & "", "${{x}}", STR(x), JOIN([x]), "" & {x}]\n'
    assert ran(ways, infer=infer, brief=brief) == [shown(value)] * 6
    tests = (
        f"x = {x}\nr = [NOT x, NOT {x}, x ? 1 : 2, IIF({x}, 1, 2), x XOR TRUE]\nIF x THEN r.push(1) ELSE r.push(2)\n"
    )
    one = 1 if is_true else 2
    assert ran(f"{tests}RETURN r\n", infer=infer, brief=brief) == [not is_true, not is_true, one, one, not is_true, one]


@LAW
@given(items=st.lists(values, max_size=5), value=values, infer=st.booleans(), brief=st.booleans())
def test_in_a_list(items: list[Any], value: Any, infer: bool, brief: bool) -> None:
    """A list holds what equals one of its entries; IN, NOT IN, CONTAINS and the function agree."""
    holds = any(same(item, value) for item in items)
    a, x = ", ".join(map(literal, items)), literal(value)
    source = f"a = [{a}]\nRETURN [{x} IN a, {x} NOT IN a, a CONTAINS {x}, CONTAINS(a, {x}), a.contains({x})]\n"
    assert ran(source, infer=infer, brief=brief) == [holds, not holds, holds, holds, holds]


def fits(text: str, pattern: str) -> bool:
    """LIKE, letter by letter."""
    reached = {0}
    for sign in pattern:
        if sign == "%":
            reached = set(range(min(reached, default=len(text) + 1), len(text) + 1))
        else:
            reached = {i + 1 for i in reached if i < len(text) and sign in ("_", text[i])}
    return len(text) in reached


@settings(LAW, max_examples=1000)
@given(text=st.text("abA.\n", max_size=8), pattern=st.text("abA.%_\n", max_size=8))
def test_like(text: str, pattern: str) -> None:
    assert operations.like(text, pattern) == fits(text, pattern)
    assert operations.like_any_case(text, pattern) == fits(text.lower(), pattern.lower())


@LAW
@given(a=values, b=values)
def test_comparisons_belong_together(a: Any, b: Any) -> None:
    """Of two numbers, texts or dates exactly one of <, = and > holds; <= and >= are what their names say."""
    less, greater = operations.less(a, b), operations.greater(a, b)
    assert not (less and greater)
    assert operations.less(b, a) == greater
    assert operations.unequal(a, b) != operations.equal(a, b)
    assert operations.equal(a, b) == operations.equal(b, a)
    if a is not None and b is not None:
        assert operations.less_equal(a, b) == (less or operations.equal(a, b))
        assert operations.greater_equal(a, b) == (greater or operations.equal(a, b))


@pytest.mark.parametrize("row", [Rows(), Rows([{"a": 1}])], ids=["no row", "a row"])
def test_a_row_list_without_rows_is_null(row: Rows) -> None:
    assert operations.equal(row, None) == (not row)
