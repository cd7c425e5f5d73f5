"""`' noqa: code`: what it silences, what it cannot, and what is said of one that does nothing."""

import pytest

from tasktalk.bots.assembly import language
from tasktalk.bots.findings import findings

KEYWORDS = language()


def found(source: str) -> list[tuple[int, int, str]]:
    return [(f.span.line, f.span.column, f.code) for f in findings(source, KEYWORDS)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 5\n", [(1, 1, "unused")]),
        ("x = 5 ' noqa: unused\n", []),
        ("x = 5 'NOQA:unused\n", []),
        ("x = 5 // noqa: unused\n", []),
        ("END\nx = 5 ' noqa: unused, unreachable\n", []),
        ("END\nx = 5 ' noqa: unused\n", [(2, 1, "unreachable")]),
        ("' noqa: unused\nx = 5\n", [(1, 9, "unused-noqa"), (2, 1, "unused")]),
        ("x = 5 ' noqa: unused, unused\n", [(1, 23, "unused-noqa")]),
        ("x = 5 ' noqa: unusd\n", [(1, 1, "unused"), (1, 15, "unknown-noqa")]),
        ("TLAK 5 ' noqa: unknown-keyword\n", [(1, 1, "unknown-keyword"), (1, 16, "unknown-noqa")]),
        ("TLAK 5 ' noqa: unused\n", [(1, 1, "unknown-keyword")]),
        ("x = 5 ' noqa\n", [(1, 1, "unused"), (1, 7, "unknown-noqa")]),
        ('TALK "\' noqa: unused"\n', []),
    ],
)
def test_noqa(source: str, expected: list[tuple[int, int, str]]) -> None:
    assert found(source) == expected


def test_what_is_said_of_it_is_a_warning_with_a_way_out() -> None:
    [_, said] = findings("x = 5 ' noqa: unusd\n", KEYWORDS)
    assert (said.severity, said.hint) == ("warning", "did you mean unused?")
