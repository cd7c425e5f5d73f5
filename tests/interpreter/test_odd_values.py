"""Every function of the language, given whatever there is: a value within the limits, or an error in plain words."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from random import Random

import pytest

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.failures import as_script_error
from tasktalk.interpreter.function import Function
from tasktalk.interpreter.inference import ANY, RESULT_BITS
from tasktalk.interpreter.limits import DEFAULT
from tasktalk.interpreter.program import standard_functions
from tasktalk.interpreter.values import INTEGER_LIMIT, Rows, Value, type_name
from tests.interpreter.suspending import World

MOST_CALLS = 2_000
NAMES = {"integer": ("number",), "rows": ("list",), "part": ("text", "list")}
SCALARS: list[Value] = [
    None, True, False, 0, 1, -1, 3, 2**31, INTEGER_LIMIT - 1, -INTEGER_LIMIT, INTEGER_LIMIT, 2**20_000, -(2**20_000),
    0.0, -0.0, 0.5, 2.5, -1.5, 1e16, 1e-320, 1e308, -1e308, math.inf, -math.inf, math.nan,
    "", " ", "a", "A", "7", "-7.5", "1e5", "inf", "days", "month", "0.00", "#,##0", "0%", "YYYY-MM-DD", "%", "(",
    "a{2}",
    "/a/i", "{a}", "a = 1", "a,b", "\n", "\0", "\ud800", "\U0001f600", "2026-07-01", "9999-12-31T23:59:59Z",
    "0001-01-01", "9" * 399, "x" * 5000,
    datetime(2026, 7, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
]  # fmt: skip


def values() -> list[Value]:
    """Fresh ones each time, since functions change what they are given."""
    ring: list[Value] = [1]
    ring.append(ring)
    loop: dict[str, Value] = {"a": 1}
    loop["b"] = loop
    deep: Value = []
    for _ in range(500):
        deep = [deep]
    return [
        *SCALARS, [], [1, 2, 3], ["b", None, 2.5, True, [1], {"a": 1}, SCALARS[-1]], [math.inf, 2**3000], [None] * 9,
        {}, {"a": 1, "A": 2}, {"": None},
        Rows(), Rows([{"a": 1}, {"a": "x"}]), [{"a": 1}, {"b": 2}, 3], ring, loop, deep,
    ]  # fmt: skip


def calls(function: Function) -> Iterator[list[Value]]:
    """Lists of arguments: all of them where they are few, else some by chance."""
    chance = Random(function.name)
    count = len(values())
    most = function.most if function.most is not None else function.least + 2
    for size in range(function.least, most + 1):
        if count**size <= MOST_CALLS:
            chosen: list[tuple[int, ...]] = list(product(range(count), repeat=size))
        else:
            chosen = [tuple(chance.randrange(count) for _ in range(size)) for _ in range(MOST_CALLS)]
        for places in chosen:
            fresh = values()
            yield [fresh[i] for i in places]


def shown(arguments: list[Value]) -> str:
    """Python writes no whole number of so many digits."""
    return ", ".join(
        hex(a)[:40] if type(a) is int else f"{a!r:.60}" if type(a) is str else type(a).__name__ for a in arguments
    )


def told(function: Function, arguments: list[Value]) -> ScriptError | Value:
    failure: Exception
    try:
        given = [World(), *arguments] if function.needs_host else arguments
        result: Value = function.body(*given)
    except Exception as error:
        failure = error
    else:
        return result
    found = as_script_error(failure)
    assert found.code != "internal", f"{failure!r} for {shown(arguments)}"
    assert str(found)
    return found


@pytest.mark.parametrize("function", list(standard_functions()), ids=lambda f: f.name)
def test_function(function: Function) -> None:
    said = 0
    for arguments in calls(function):
        result = told(function, arguments)
        if isinstance(result, ScriptError):
            continue
        said += 1
        if isinstance(result, str):
            assert len(result) <= DEFAULT.text, shown(arguments)
        if isinstance(result, list | dict):
            assert len(result) <= DEFAULT.entries, shown(arguments)
        if RESULT_BITS[function.returns] != ANY:
            assert type_name(result) in NAMES.get(function.returns, (function.returns,)), shown(arguments)
        if function.returns == "integer":
            assert type(result) is int, shown(arguments)
    assert said
