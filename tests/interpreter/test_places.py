"""An error has the script's own line and column, straight and after a resume, in whichever script it happened."""

import pytest

from tasktalk.interpreter.errors import ScriptError, Span
from tasktalk.interpreter.session import Pending, Session
from tests.interpreter.suspending import Folder, Run, World, answered, run

BEFORE = 'HEAR a\nIF a = "never" THEN\nELSE\n'
# statement -> (code, column and end of what went wrong)
FAULTS = {
    '  b = [1, 2] : TALK "sum: " + (b[0] + b[7])': ("index", 39, 43),
    "  x = 1 / 0": ("division-by-zero", 7, 12),
    '  x = 5 - "abc"': ("wrong-type", 7, 16),
    '  THROW "mine", "own"': ("own", 3, 22),
    "  x = FAIL 3": ("3", 7, 13),
    '  x = SQR(0 - 1) & "a"': ("range", 7, 17),
    '  x = "a" : x.y = 1': ("wrong-type", 13, 20),
    "  FOR EACH x IN 5 : NEXT": ("wrong-type", 3, 25),
    "  BREAK DOWN": ("internal", 3, 13),
    '  ASSERT 1 = 2, "no"': ("assertion", 3, 21),
    '  x = FROMJSON("[")': ("invalid-json", 7, 20),
    '  x = CALL "missing.bas"': ("no-script", 7, 25),
}


def both(sources: dict[str, str]) -> tuple[Run, Run]:
    return run(Folder(sources)), run(Folder(sources), everywhere=True)


@pytest.mark.parametrize("statement", FAULTS)
def test_place(statement: str) -> None:
    code, column, end = FAULTS[statement]
    for result in both({"start.bas": f"{BEFORE}{statement}\nEND IF\n"}):
        assert result.ended[:2] == ("ERROR", code)
        assert result.ended[3] == Span(4, column, 4, end)
        assert result.ended[4] == "start.bas"


def test_an_error_in_a_procedure_that_a_waiting_one_called() -> None:
    source = "SUB deep()\n  WAIT 1\n  x = [1][a + 4]\nEND SUB\na = 0\nTRY\n  CALL deep()\nFINALLY\n  TALK a\nEND TRY\n"
    for result in both({"start.bas": source}):
        assert result.ended[:2] == ("ERROR", "index")
        assert result.ended[3] == Span(3, 7, 3, 17)
        assert result.said == ["0"]


def test_an_error_in_another_script() -> None:
    sources = {"start.bas": 'HEAR q\nCALL "other.bas", 1\n', "other.bas": "HEAR a\n\nx = args[5]\n"}
    for result in both(sources):
        assert result.ended[3:5] == (Span(3, 5, 3, 12), "other.bas")


def test_an_error_in_another_script_is_caught_by_the_first() -> None:
    sources = {
        "start.bas": 'TRY\n  CALL "other.bas"\nCATCH e\n  TALK e.line, " ", e.column, " ", e.keyword\nEND TRY\n',
        "other.bas": "WAIT 1\n\nx = 1 + FAIL 1\n",
    }
    for result in both(sources):
        assert result.said == ["3 9 FAIL"]


def to_the_end(session: Session) -> None:
    outcome = session.start()
    while isinstance(outcome, Pending):
        outcome = answered(session, outcome)


def test_the_hint_of_a_refusal_is_kept() -> None:
    folder = Folder({"start.bas": "TRY\n  x = FAIL 3\nFINALLY\n  WAIT 1\nEND TRY\n"})
    session = Session(folder.by_name("start.bas"), World(), folder)
    with pytest.raises(ScriptError) as caught:
        to_the_end(session)
    assert caught.value.hint == "wish for something else"
    assert caught.value.diagnostic().render("start.bas", "TRY\n  x = FAIL 3\n").endswith("wish for something else")
