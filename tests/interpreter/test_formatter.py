"""The formatter: what it changes, what it never changes, and that a second time changes nothing."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasktalk.bots.assembly import language
from tasktalk.interpreter.formatter import NotFormattable, formatted
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.parser import parse
from tests.interpreter.random_scripts import scripts
from tests.interpreter.suspending import KEYWORDS
from tests.interpreter.test_parser_roundtrip import mutants

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(p for folder in ("scripts", "tests") for p in (ROOT / folder).rglob("*.bas"))
CASES = [
    (
        "keywords, not names",
        'if talk = 1 then talk talk\nname = hear as integer\nHear size as menu "a", "b"\nnote = not true\n',
        'IF talk = 1 THEN TALK talk\nname = HEAR AS INTEGER\nHEAR size AS MENU "a", "b"\nnote = NOT TRUE\n',
    ),
    (
        "blocks",
        'select case x\ncase 1\n talk "a"\ncase else\nfor each i in y\ntalk i\nnext\nend select\n',
        (
            'SELECT CASE x\n  CASE 1\n    TALK "a"\n  CASE ELSE\n    FOR EACH i IN y\n      TALK i\n    NEXT\n'
            "END SELECT\n"
        ),
    ),
    (
        "parts",
        (
            "try\nx = 1\ncatch e\nif x then\nx = 2\nelse if y then\nx = 3\nelse\nx = 4\nend if\nfinally\nx = 5\n"
            "end try\n"
        ),
        (
            "TRY\n  x = 1\nCATCH e\n  IF x THEN\n    x = 2\n  ELSE IF y THEN\n    x = 3\n  ELSE\n    x = 4\n"
            "  END IF\nFINALLY\n  x = 5\nEND TRY\n"
        ),
    ),
    (
        "several statements on a line",
        "do : x = 1\nloop : y = 2 : z = 3\n",
        "DO : x = 1\nLOOP : y = 2 : z = 3\n",
    ),
    (
        "comments stay where they are",
        (
            "' top\nif x then ' why\n' inside\ny = 1 ' near\ny = 2               ' far\n  ' of the body\n"
            "' of the else\nelse\ny = 3\n' last\nend if\n                       ' user: beside\nrem end\n"
        ),
        (
            "' top\nIF x THEN ' why\n  ' inside\n  y = 1 ' near\n  y = 2             ' far\n  ' of the body\n"
            "' of the else\nELSE\n  y = 3\n' last\nEND IF\n                       ' user: beside\nrem end\n"
        ),
    ),
    (
        "blanks inside a line",
        (
            'x=1+2 *3-  4\nIF x=1   AND y<>2 THEN TALK   "a  b","c"\nr={a:1,b : 2}\nx+=  2\nx++:y=c?1:2\nTALK a -1\n'
            "z = [ 1 ,2 ]' why\nDIM b( 1 TO 3 ),c   AS INTEGER\nTALK f (x)\nx=1           ' far\nl=[ 1,\n 2]\n"
        ),
        (
            "x = 1 + 2 * 3 - 4\nIF x = 1 AND y <> 2 THEN "
            'TALK "a  b", "c"\nr = {a: 1, b: 2}\nx += 2\nx++: y = c ? 1 : 2\nTALK a - 1\n'
            "z = [1, 2]' why\nDIM b(1 TO 3), c AS INTEGER\nTALK f (x)\nx = 1         ' far\nl = [1,\n 2]\n"
        ),
    ),
    (
        "empty lines",
        "\n\n\nx = 1  \n\n\n\n\t\ny = 2\n\n\n",
        "x = 1\n\n\ny = 2\n",
    ),
    (
        "no line end",
        "x = 1",
        "x = 1\n",
    ),
    (
        "a long list",
        "if x then\ny = [\n    1,\n      ' two\n      2\n]\nend if\n",
        "IF x THEN\n  y = [\n      1,\n        ' two\n        2\n  ]\nEND IF\n",
    ),
    (
        "texts over lines",
        'if x then\ny = "one  \n\n\n\n  if two  \n three" & z   \nend if\n',
        'IF x THEN\n  y = "one  \n\n\n\n  if two  \n three" & z\nEND IF\n',
    ),
    (
        "blocks of text",
        "if x then\nbegin talk\n  if a  \n\n\n\n ' b\n   end talk\nend if\n",
        "IF x THEN\n  BEGIN TALK\n  if a  \n\n\n\n ' b\n  END TALK\nEND IF\n",
    ),
    (
        "words without quotes",
        "set schedule every 5 minutes\n",
        "SET SCHEDULE every 5 minutes\n",
    ),
    (
        "Windows lines",
        "if x then\r\ny = 1  \r\nend if\r\n",
        "IF x THEN\r\n  y = 1\r\nEND IF\r\n",
    ),
    (
        "tabs",
        "if x then\n\ty = f(1,\n\t\t2)\nend if\n",
        "IF x THEN\n  y = f(1,\n      2)\nEND IF\n",
    ),
    (
        "an unknown event",
        "on face detected camera\ntalk 1\nend on\n",
        "on face detected camera\n  TALK 1\nEND ON\n",
    ),
    (
        "unknown keywords",
        "frobnicate x with 2\n",
        "frobnicate x WITH 2\n",
    ),
    (
        "nothing",
        "\n  \n",
        "",
    ),
]


@pytest.mark.parametrize(("name", "source", "expected"), CASES, ids=[name for name, _, _ in CASES])
def test_case(name: str, source: str, expected: str) -> None:
    assert formatted(source, language()) == expected, name
    assert formatted(expected, language()) == expected


def test_what_stands_between_a_keyword_and_its_end_is_indented() -> None:
    source = 'SUB make()\nid = create workflow "w"\nFOR i = 1 TO 2\nstep "s" + i\nNEXT\nend workflow\nEND SUB\n'
    assert formatted(source, language()) == (
        'SUB make()\n  id = CREATE WORKFLOW "w"\n    FOR i = 1 TO 2\n      STEP "s" + i\n    NEXT\n'
        "  END WORKFLOW\nEND SUB\n"
    )


def test_a_script_with_errors_is_left_alone() -> None:
    with pytest.raises(NotFormattable, match="errors") as caught:
        formatted("x = = 1\n", language())
    assert [d.code for d in caught.value.diagnostics] == ["missing-value"]


def test_a_script_that_would_mean_something_else_is_left_alone() -> None:
    with pytest.raises(NotFormattable, match="something else"):
        formatted("typing 'now'\n", language())


def keeps(source: str, keywords: Keywords) -> bool:
    """Checks the laws on one script; whether it was formatted at all."""
    try:
        text = formatted(source, keywords)
    except NotFormattable:
        return False
    before, after = parse(source, keywords.phrases), parse(text, keywords.phrases)
    assert after.body == before.body
    assert [c.text for c in after.comments] == [c.text for c in before.comments]
    assert formatted(text, keywords) == text
    return True


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_all_scripts_of_the_project(path: Path) -> None:
    source = path.read_text("utf-8")
    has_errors = any(d.severity == "error" for d in parse(source, language().phrases).diagnostics)
    assert keeps(source, language()) is not has_errors


@st.composite
def messy(draw: st.DrawFn) -> str:
    """A script whose author did not care."""
    source = draw(scripts())
    if draw(st.booleans()):
        source = source.lower()
    lines = source.split("\n")
    for i in draw(st.lists(st.integers(0, len(lines) - 1), max_size=12)):
        blanks = draw(st.sampled_from(["", " ", "\t", "      ", "\n\n\n\n"]))
        tail = draw(st.sampled_from(["", "  ", " ' note", "      ' bot: 'hi'", "\n   ' alone\n", "\n\t\t\t\t\t' far"]))
        inside = draw(st.sampled_from([(" ", " "), (" ", "   "), (", ", ","), (", ", "  ,"), (" + ", "+")]))
        lines[i] = blanks + lines[i].strip().replace(*inside) + tail
    return "\n".join(lines)


@settings(max_examples=60)
@given(source=messy())
def test_random_scripts(source: str) -> None:
    assert keeps(source, KEYWORDS)


@settings(max_examples=300)
@given(source=mutants())
def test_mutants(keywords: Keywords, source: str) -> None:
    keeps(source, keywords)
