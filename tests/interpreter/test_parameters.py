"""PARAM: the schema derived from it, and the arguments that a script accepts."""

import pytest

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.program import Program
from tasktalk.interpreter.session import Finished, Session
from tasktalk.interpreter.values import Value
from tests.interpreter.suspending import Folder, World, run

SOURCE = """DESCRIPTION "The weather of a town"
PARAM city AS STRING LIKE "Lisbon" DESCRIPTION "The town" REQUIRED
PARAM unit AS "celsius", "fahrenheit" DEFAULT "celsius"
PARAM days AS INTEGER OPTIONAL
PARAM mode ENUM ["fast", "exact"]
PARAM sunny AS BOOLEAN OPTIONAL
PARAM first AS DATE OPTIONAL
PARAM mail AS EMAIL OPTIONAL
RETURN [city, unit, days, mode, sunny, first IS NULL]
"""


def program() -> Program:
    return Folder({"start.bas": SOURCE}).by_name("start.bas")


def test_schema() -> None:
    assert program().schema() == {
        "description": "The weather of a town",
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "The town", "examples": ["Lisbon"]},
            "unit": {"enum": ["celsius", "fahrenheit"], "default": "celsius"},
            "days": {"type": "integer"},
            "mode": {"enum": ["fast", "exact"]},
            "sunny": {"type": "boolean"},
            "first": {"type": "string", "format": "date"},
            "mail": {"type": "string", "format": "email"},
        },
        "required": ["city", "mode"],
        "additionalProperties": False,
    }


def test_arguments_by_place_and_by_name() -> None:
    folder = Folder({"start.bas": SOURCE})
    by_place = Session(program(), World(), folder).start(["Faro", "CELSIUS", "5"])
    assert by_place == Finished(["Faro", "celsius", 5, None, None, True])
    by_name = Session(program(), World(), folder).start({"City": "Faro", "sunny": "yes", "mode": "fast"})
    assert by_name == Finished(["Faro", "celsius", None, "fast", True, True])


@pytest.mark.parametrize(
    ("given", "message", "line", "hint"),
    [
        ({}, "expected city to be a text, it is missing", 2, "such as Lisbon"),
        ({"city": ["a"]}, "expected city to be a text, got '[a]'", 2, "such as Lisbon"),
        ({"city": "x", "unit": "kelvin"}, "expected unit to be one of celsius, fahrenheit, got 'kelvin'", 3, None),
        ({"city": "x", "days": "2.5"}, "expected days to be a whole number, got '2.5'", 4, None),
        ({"city": "x", "days": True}, "expected days to be a whole number, got 'true'", 4, None),
        ({"city": "x", "sunny": "perhaps"}, "expected sunny to be true or false, got 'perhaps'", 6, None),
        ({"city": "x", "first": "soon"}, "expected first to be a date such as 2026-07-01, got 'soon'", 7, None),
        ({"city": "x", "mail": "a@b"}, "expected mail to be an e-mail address, got 'a@b'", 8, None),
        ({"cty": "x"}, "there is no parameter 'cty'", None, "did you mean 'city'?"),
    ],
)
def test_refusal(given: dict[str, Value], message: str, line: int | None, hint: str | None) -> None:
    with pytest.raises(ScriptError) as caught:
        Session(program(), World(), Folder({})).start(given)
    error = caught.value
    assert (error.code, error.message, error.hint, error.script) == ("invalid-argument", message, hint, "start.bas")
    assert (error.span and error.span.line) == line


def test_call_checks_too_and_the_error_stands_at_the_call() -> None:
    other = "PARAM n AS INTEGER\nRETURN n + 1\n"
    start = """x = CALL "o.bas", "2"
TALK x
x = CALL "o.bas", {n: 4}
TALK x
TRY
  CALL "o.bas", "two"
CATCH e
  TALK e.line, e.message
END TRY
"""
    said = ["3", "5", "6expected n to be a whole number, got 'two'"]
    assert run(Folder({"start.bas": start, "o.bas": other})).said == said


def test_what_is_refused_is_no_example() -> None:
    folder = Folder({"start.bas": 'PARAM mail AS EMAIL LIKE "ana"\nRETURN mail\n'})
    with pytest.raises(ScriptError) as caught:
        Session(folder.by_name("start.bas"), World(), folder).start(["ana "])
    assert caught.value.hint is None
