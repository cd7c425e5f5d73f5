"""What compiled code does in line gives what the library gives, whatever value a script comes upon."""

from collections.abc import Callable

import pytest

from tasktalk.interpreter import containers
from tasktalk.interpreter.compiler.pyast import SHORT
from tasktalk.interpreter.failures import as_script_error
from tasktalk.interpreter.keyword import Keywords, keyword
from tasktalk.interpreter.library.formats import format_value
from tasktalk.interpreter.library.numbers import absolute, floor
from tasktalk.interpreter.limits import Limits
from tasktalk.interpreter.program import compile_script
from tasktalk.interpreter.session import Finished, Session
from tasktalk.interpreter.values import Handle, Value, text
from tests.alone import Alone
from tests.interpreter.suspending import NOW, World
from tests.interpreter.test_odd_values import shown, values

HANDLE = Handle.of("id", {"town": "Faro"})
EDGES: list[Value] = [sign * (SHORT + by) for sign in (1, -1) for by in (-1, 0, 1)]
ODD: list[Value] = [*values(), *EDGES, 10**12 - 1, 10**12, 0.005, 2.675, 1234.5, HANDLE]
REFUSED = " + nothing.a"  # a field that is not there: all of the text is made by the slow form
FORMS = {
    "sum": '"<" + {} + ">"',
    "joined": '"<" & {} & ">"',
    "interpolation": '"<${{{}}}>"',
}
KEYS: list[Value] = [
    "a", "A", "b", "B", "7", 7, 7.0, 7.5, -1, True, None, "", NOW, text(NOW), HANDLE, "ID", "length", "Length", "é",
    "É", [7], "[7]", {"n": 1}, "{N: 1}", "a", "A",
]  # fmt: skip


class Giver(World):
    """A host with one value to give."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


@keyword("GIVEN", returns="any", bare=True)
def given(host: Giver) -> Value:
    """The value of the test."""
    return host.value


def outcome(made: Callable[[], Value]) -> Value:
    """What is made, or the code of the error."""
    try:
        return made()
    except Exception as error:
        return [as_script_error(error).code]


def ran(source: str, value: Value, limits: Limits | None = None) -> Value:
    """What the script gives."""
    program = compile_script(source, Keywords([given]), limits=limits)
    ended = Session(program, Giver(value), Alone(program)).start()
    assert isinstance(ended, Finished)
    return ended.value


def agree(source: str, expected: Callable[[Value], Value]) -> None:
    """The script and the library say the same of all odd values."""
    for value in ODD:
        found, wanted = outcome(lambda: ran(source, value)), outcome(lambda: expected(value))  # noqa: B023
        assert found == wanted, shown([value])


@pytest.mark.parametrize("more", ["", REFUSED], ids=["fast", "slow"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("part", ["x", "r.a"], ids=["variable", "field"])
def test_a_text_of_anything(form: str, part: str, more: str) -> None:
    source = f"x = GIVEN\nr = {{a: x}}\nnothing = {{b: 1}}\nRETURN {form.format(part)}{more}\n"
    agree(source, lambda value: f"<{text(value)}>")


@pytest.mark.parametrize(
    ("name", "function"), [("INT", floor.body), ("ABS", absolute.body)], ids=["whole number", "number"]
)
def test_a_text_of_a_number(name: str, function: Callable[[Value], Value]) -> None:
    agree(f'n = {name}(GIVEN)\nRETURN "<" + n + ">"\n', lambda value: f"<{text(function(value))}>")


@pytest.mark.parametrize("pattern", ["#,##0.00", "0", "0000", "0%", "[0.0]"])
def test_format(pattern: str) -> None:
    source = f'r = {{a: GIVEN}}\nRETURN FORMAT(r.a, "{pattern}")\n'
    agree(source, lambda value: format_value.body(World(), value, pattern))


def test_fields_by_a_name_that_is_found_out_at_run_time() -> None:
    for first in range(len(KEYS)):
        keys = KEYS[first:] + KEYS[:first]
        expected: dict[str, Value] = {}
        for key in keys:
            seen = containers.get(expected, key)
            containers.put(expected, key, [key, seen])
        source = "r = {}\nFOR EACH k IN GIVEN\n  seen = r[k]\n  r[k] = [k, seen]\nNEXT\nRETURN r\n"
        assert repr(ran(source, keys)) == repr(
            expected
        )  # 1, 1.0 and TRUE are equal, and so are records in another order


def test_a_record_is_not_filled_past_its_limit() -> None:
    source = 'r = {}\nFOR i = 1 TO GIVEN\n  r["k" + i] = i\nNEXT\nRETURN UBOUND(r)\n'
    limits = Limits(entries=100)
    assert ran(source, 100, limits) == 100
    assert outcome(lambda: ran(source, 101, limits)) == ["limit"]
