"""What authors are told of typical mistakes, word for word: mistakes.txt has each script and the whole output."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tasktalk.interpreter.errors import Diagnostic
from tasktalk.interpreter.keyword import Keywords
from tasktalk.interpreter.parser import MAX_DIAGNOSTICS, parse

TEXT = Path(__file__).with_name("mistakes.txt").read_text("utf-8")
CASES = [
    pytest.param(source.replace("\\x01", "\x01"), expected.rstrip("\n").replace("\\x01", "\x01"), id=title)
    for title, source, expected in re.findall(
        r"^---- ([^\n]*)\n(.*?)\n==>\n(.*?)(?=^----|\Z)", TEXT, re.MULTILINE | re.DOTALL
    )
]


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_a_mistake_is_told(findings: Callable[[str], list[Diagnostic]], source: str, expected: str) -> None:
    found = "\n".join(d.render("start.bas", source) for d in findings(source + "\n"))
    assert (found or "(fine)") == expected


def test_the_file_of_mistakes_is_read_whole() -> None:
    assert len(CASES) == TEXT.count("\n==>\n") >= 70


def test_one_mistake_does_not_hide_the_next(keywords: Keywords) -> None:
    script = parse("x = = 1\ny = (2\nTALK y\nz = 3 +\nIF z THEN\n", keywords.phrases)
    assert [(d.code, d.span.line) for d in script.diagnostics] == [
        ("missing-value", 1),
        ("unclosed-bracket", 2),
        ("missing-value", 4),
        ("unclosed-block", 5),
    ]


def test_at_most_twenty_findings_the_first_ones(keywords: Keywords) -> None:
    script = parse("x = = 1\n" * 500, keywords.phrases)
    assert [d.span.line for d in script.diagnostics] == list(range(1, MAX_DIAGNOSTICS + 1))


def test_a_broken_line_still_sets_its_variable_and_opens_its_block(keywords: Keywords) -> None:
    script = parse("x = = 1\nFOR i = 1 3\n  TALK i\nNEXT\nSUB f(a,,)\nEND SUB\n", keywords.phrases)
    assert [type(statement).__name__ for statement in script.body] == ["Assign", "For", "Procedure"]
    assert [d.code for d in script.diagnostics] == ["missing-value", "missing-word", "missing-value"]


@pytest.mark.parametrize(
    "source", ["x = 1 +\n", "IF a THEN", "TALK “x", "x = (", 'TALK "a\r\n', 'x = "${a +}"\n', "BEGIN TALK\n"]
)
def test_every_finding_has_a_place_in_the_script(keywords: Keywords, source: str) -> None:
    lines = source.split("\n")
    for finding in parse(source, keywords.phrases).diagnostics:
        line, column, end_line, end_column = finding.span
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
        assert (end_line, end_column) > (line, column)
