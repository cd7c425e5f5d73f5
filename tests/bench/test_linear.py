"""The work of compiling grows with a script's length and not faster, counted in the lines of Python that run."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from tasktalk.bots.assembly import language
from tasktalk.interpreter.errors import NotRunnable
from tasktalk.interpreter.program import compile_script

KEYWORDS = language()
SIZE = 110  # of the shorter script; a line of as many values is one whose depth is checked


def lines(line: str, before: str = "", behind: str = "") -> Callable[[int], str]:
    """A script of n lines: these again and again, with the number of each time in the place of `#`."""
    size = line.count("\n") + 1
    return lambda n: "\n".join((before, *(line.replace("#", str(i + 1000)) for i in range(n // size)), behind))


def joined(item: str, before: str, behind: str = "", by: str = ", ") -> Callable[[int], str]:
    """A script with one line of n items."""
    return lambda n: before + by.join(item.replace("#", str(i + 1000)) for i in range(n)) + behind


SHAPES = {
    "assignments": lines("a# = #"),
    "each from the one before": lambda n: (
        "a1000 = 0 - 1\n" + "\n".join(f"a{i + 1} = a{i}" for i in range(1000, 1000 + n))
    ),
    "each from the next": lambda n: (
        "\n".join(f"a{i} = a{i + 1}" for i in range(1000, 1000 + n)) + f"\na{1000 + n} = 0 - 1"
    ),
    "texts": lines('TALK "number ${x} of #" + x', "x = 1"),
    "text that grows": lines('s = s + "a" + #', 's = ""'),
    "fields": lines("r.a#.b = #", "r = {}"),
    "questions": lines('HEAR a# AS INTEGER\nx = CREATE TASK "a#" PRIORITY "high"'),
    "comments": lines("x = # ' comment #"),
    "ticks": lines("TALK 'it''s #"),
    "open ticks": lines("x = '"),
    "open quotes": lines('x = "abc #'),
    "open brackets": lines("x = (#"),
    "procedures": lines("CALL s#(1)\nSUB s#(a)\n b = a\n TALK b\nEND SUB"),
    "shared variables": lines("v# = 1\nSUB s#\n v# = v# + 1\nEND SUB"),
    "variables of procedures": lines("SUB s#\n w# = 1\nEND SUB\nSUB t#\n TALK w#\nEND SUB\nTALK w#"),
    "shared loops": lines("i# = 0\nCALL s#\nSUB s#\n FOR i# = 1 TO 3\n TALK i#\n NEXT\nEND SUB"),
    "types that come round": lambda n: (
        "\n".join(f"x{i} = 1" for i in range(1000, 1001 + n))
        + "\nFOR q = 1 TO 2\n"
        + "\n".join(f"x{i} = x{i + 1}" for i in range(1000, 1000 + n))
        + f"\nx{1000 + n} = 1.5\nNEXT"
    ),
    "procedures that share a variable": lines("s#\nSUB s#()\n z = 1\nEND SUB", "", "TALK z"),
    "loops": lines("FOR i = 1 TO 3\n x = i\nNEXT\nWHILE x < #\n x = x + 1\nWEND"),
    "ELSE IF": lines("ELSE IF x = # THEN\n HEAR y", "x = 1\nIF x = 0 THEN", "END IF"),
    "CASE": lines("CASE #\n TALK #", "x = 1\nSELECT CASE x", "END SELECT"),
    "values of one CASE": joined("#", "x = 1\nSELECT CASE x\nCASE ", "\nTALK x\nEND SELECT"),
    "ways out": lines("IF x = # THEN EXIT WHILE", "x = 1\nWHILE x", "WEND"),
    "TRY": lines("TRY\n TALK #\nCATCH e\n TALK e.message\nEND TRY"),
    "labels": lines("l#:\nGOTO l#"),
    "ON in one line": joined("ON x TALK", "x = 1\n", by=": "),
    "ON GOTO": joined("ON 1 GOTO l, l", "", "\nl:", by="\n"),
    "ON ERROR": lines("x = #", "ON ERROR RESUME NEXT"),
    "DATA": lines("l#:\nDATA #\nRESTORE l#\nREAD a"),
    "PARAM": lines("PARAM p# AS INTEGER"),
    "unknown names": lines("TALK unknown#"),
    "unknown keywords": lines('FROBNICATE# "x"'),
    "unknown functions": lines("TALK frobnicate#(1)"),
    "unknown labels": lines("GOTO frobnicate#"),
    "a long list": joined('"a#"', "x = [", "]", by=",\n"),
    "a long record": joined('"a#": #', "x = {", "}", by=",\n"),
    "a long text": joined("line # ${1}", 'x = "', '"', by="\n"),
}


def steps(source: str) -> float:
    """How many lines of Python run to compile the script, for each of its characters."""
    count = 0

    def trace(_: FrameType, event: str, __: Any) -> Any:
        nonlocal count
        count += event in ("call", "line")
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        compile_script(source, KEYWORDS)
    except NotRunnable:
        pass
    finally:
        sys.settrace(before)
    return count / len(source)


@pytest.mark.parametrize("shape", SHAPES)
def test_work_grows_with_the_length(shape: str) -> None:
    script = SHAPES[shape]
    steps(script(10))  # what is made once for the process
    assert steps(script(4 * SIZE)) < 1.04 * steps(script(SIZE))


@pytest.mark.parametrize("shape", ["ELSE IF", "values of one CASE"])
def test_many_thousand_choices_compile(shape: str) -> None:
    assert compile_script(SHAPES[shape](10_000), KEYWORDS).diagnostics == []
