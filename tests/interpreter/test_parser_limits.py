"""Deep, long and endless scripts: one clear finding, and work that grows with the script's length, no faster."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.limits import DEFAULT
from tasktalk.interpreter.parser import MAX_DEPTH, parse
from tasktalk.interpreter.unparse import unparse

OPERATORS = f"this has more than {MAX_DEPTH} operators in a row or inside one another"
BRACKETS = "brackets are nested more than 100 deep"
TRAPS: dict[str, Callable[[int], str]] = {
    "long line of +": lambda n: "x = 1" + " + 1" * n + "\n",
    "long text": lambda n: 'x = "' + "a" * n * 4 + '"\n',
    "deep (": lambda n: "x = " + "(" * n + "1" + ")" * n + "\n",
    "deep [ never closed": lambda n: "x = " + "[" * n + "\n" + 'TALK "x"\n' * 10,
    "( open on each line": lambda n: "x = (1\n" * n,
    "( open, then statements": lambda n: 'x = foo(1\nTALK "x"\n' * n,
    "unclosed texts": lambda n: 'TALK "hello\n' * n,
    "backslash quotes": lambda n: '\\"\n' * n,
    "backslash quotes, bad end": lambda n: '\\"\n' * n + '"x',
    "odd doubled quotes": lambda n: '"""\n""\n' * n,
    "triple quotes": lambda n: 'x = """\n' * n,
    "ticks at line end": lambda n: "x = '\n" * n,
    "ticks": lambda n: "x = 'a\n" * n,
    "many ticks in a line": lambda n: "x = " + "' " * n + "\n",
    "${ in a line": lambda n: 'x = "' + "${" * n + '"\n',
    "${a} in a line": lambda n: 'x = "' + "${a}" * n + '"\n',
    '${" in a line': lambda n: 'x = "' + '${"' * n + '"\n',
    '"${"${"${': lambda n: "x = " + '"${' * n + "1" + '}"' * n + "\n",
    "${ in a block of text": lambda n: "BEGIN TALK\n" + "${a} ${\n" * n + "END TALK\n",
    "BEGIN TALK never closed": lambda n: "BEGIN TALK\n" * n,
    "BEGIN TALK and TALK": lambda n: 'BEGIN TALK\nTALK "x"\n' * n,
    "deep IF": lambda n: "IF a THEN\n" * n,
    "deep IF, closed": lambda n: "IF a THEN\n" * n + "END IF\n" * n,
    "IF on one line": lambda n: "IF a THEN " * n + "x = 1\n",
    "IF and ELSE on one line": lambda n: "IF a THEN x = 1 ELSE " * n + "x = 1\n",
    "long ELSE IF": lambda n: "IF a THEN\n" + "ELSE IF b THEN\n" * n + "END IF\n",
    "NOT NOT": lambda n: "x = " + "NOT " * n + "1\n",
    "- - -": lambda n: "x = " + "- " * n + "1\n",
    "^ ^ ^": lambda n: "x = 1" + "^1" * n + "\n",
    "a.b.c": lambda n: "x = a" + ".b" * n + "\n",
    "a[1][1]": lambda n: "x = a" + "[1]" * n + "\n",
    "? : ? :": lambda n: "x = " + "a ? b : " * n + "c\n",
    "FORMAT FORMAT": lambda n: "x = " + "FORMAT " * n + "c\n",
    "GET GET GET": lambda n: "x = " + "GET " * n + "c\n",
    "FOO FOO FOO": lambda n: "FOO " * n + "\n",
    'FOO "a" FOO "a"': lambda n: "x = " + 'FOO "a" ' * n + "\n",
    "CREATE TASK(": lambda n: "x = " + "CREATE TASK(" * n + "\n",
    "TALK(a) : TALK(a)": lambda n: "TALK(a) : " * n + "\n",
    "WITH WITH": lambda n: 'SAVE "x" ' + "WITH a = 1 " * n + "\n",
    "a, a, a": lambda n: "TALK " + "a, " * n + "a\n",
    "commas over lines": lambda n: "x = f(\n" + "a,\n" * n + ")\n",
    "a : a : a": lambda n: "x = 1 : " * n + "x = 1\n",
    "assignments": lambda n: "x = 1\n" * n,
    "blank lines": lambda n: "\n" * n * 4,
    "blanks": lambda n: "x = 1" + " " * n * 4 + "\n",
    "} } }": lambda n: "x = 1 " + "} " * n + "\n",
    "record of records": lambda n: "x = " + "{a: " * n + "1" + "}" * n + "\n",
    "NEXT NEXT": lambda n: "NEXT\n" * n,
    "END FI": lambda n: "END FI\n" * n,
    "END ON": lambda n: "x = 1\n" * n + "END ON\n" * n,
    "unknown commands": lambda n: 'TLAK "x"\n' * n,
    "NUL": lambda n: "\x00" * n + "\n",
    "lines that go on": lambda n: "x = 1 _\n" * n,
    "schedule": lambda n: "SET SCHEDULE every " + "a, " * n + "\n",
    "labels": lambda n: "".join(f"a{i}:\n" for i in range(n)),
}


def work(source: str, keywords: Keywords) -> int:
    """How many functions, Python's and C's, are called to parse a script."""
    count = 0

    def note(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        parse(source, keywords.phrases)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", TRAPS)
def test_work_grows_with_the_length(keywords: Keywords, name: str) -> None:
    parse("x = 1\n", keywords.phrases)  # builds the grammar
    make = TRAPS[name]
    small, big = work(make(250), keywords), work(make(1000), keywords)
    assert big <= max(5 * small, 4_000)


@pytest.mark.parametrize("name", TRAPS)
def test_a_script_just_below_the_limits_is_written_back(keywords: Keywords, name: str) -> None:
    for size in (20, 90, 190):
        script = parse(TRAPS[name](size), keywords.phrases)
        if not script.diagnostics:
            again = parse(unparse(script), keywords.phrases)
            assert again.body == script.body


@pytest.mark.parametrize(
    "name", ["unclosed texts", "triple quotes", "ticks at line end", "BEGIN TALK never closed", "deep (",
    "( open on each line", "NUL", "blanks", '${" in a line']
)  # fmt: skip
def test_a_script_of_a_quarter_of_the_limit_has_an_answer(keywords: Keywords, name: str) -> None:
    unit = len(TRAPS[name](1000)) / 1000
    source = TRAPS[name](int(DEFAULT.script / 4 / unit))
    assert len(source) > DEFAULT.script / 5
    assert len(parse(source, keywords.phrases).diagnostics) <= 20


@pytest.mark.parametrize("source", ["x" * (DEFAULT.script + 1), "'" + "é" * (DEFAULT.script // 2)])
def test_a_script_that_is_too_long(keywords: Keywords, source: str) -> None:
    script = parse(source, keywords.phrases)
    assert [(d.code, d.message) for d in script.diagnostics] == [("too-long", "a script has at most 1,048,576 bytes")]
    assert parse("'" + "x" * (DEFAULT.script - 1), keywords.phrases).diagnostics == []


@pytest.mark.parametrize(
    ("deepest", "too_deep", "message"),
    [
        ("(" * 100 + "1" + ")" * 100, "(" * 101 + "1" + ")" * 101, BRACKETS),
        ("[" * 99 + "]" * 99, "[" * 101 + "]" * 101, BRACKETS),
        ("1" + " + 1" * 190, "1" + " + 1" * MAX_DEPTH, OPERATORS),
        ("a" + ".b" * 190, "a" + ".b" * MAX_DEPTH, OPERATORS),
        ("NOT " * 190 + "a", "NOT " * MAX_DEPTH + "a", OPERATORS),
        ('"${1' + " + 1" * 190 + '}"', '"${1' + " + 1" * MAX_DEPTH + '}"', OPERATORS),
    ],
    ids=["brackets", "lists", "operators", "fields", "prefixes", "interpolation"],
)  # fmt: skip
def test_depth_of_an_expression(keywords: Keywords, deepest: str, too_deep: str, message: str) -> None:
    assert parse(f"x = {deepest}\n", keywords.phrases).diagnostics == []
    found = parse(f"x = {too_deep}\ny = = 1\n", keywords.phrases).diagnostics
    assert [(d.code, d.span.line) for d in found] == [("too-deep", 1), ("missing-value", 2)]
    assert found[0].message == message


def test_depth_of_blocks(keywords: Keywords) -> None:
    def nested(depth: int) -> str:
        return "IF a THEN\n" * depth + "x = 1\n" + "END IF\n" * depth

    assert parse(nested(100), keywords.phrases).diagnostics == []
    found = parse(nested(101), keywords.phrases).diagnostics
    assert [(d.code, d.message, d.span.line) for d in found] == [
        ("too-deep", "blocks are nested more than 100 deep", 101)
    ]


def test_a_long_list_is_not_deep(keywords: Keywords) -> None:
    assert parse("x = [" + "1, " * 5000 + "1]\n", keywords.phrases).diagnostics == []


def test_parses_do_not_share_anything(keywords: Keywords) -> None:
    """A parse that is under way while another starts, as when a callback of the host parses, gets its own findings."""

    class Nested(str):
        __slots__ = ()

        def encode(self, *args: Any) -> bytes:
            inner.append(parse("y = = 2\n", keywords.phrases))
            return super().encode(*args)

    inner: list[Any] = []
    outer = parse(Nested("x = 1\n"), keywords.phrases)
    assert (outer.diagnostics, len(outer.body)) == ([], 1)
    assert [d.code for d in inner[0].diagnostics] == ["missing-value"]
