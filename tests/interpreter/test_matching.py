"""Regular expressions in long texts: what bounds the time of a search changes nothing of what it finds."""

from types import SimpleNamespace

import pytest

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.function import Function
from tasktalk.interpreter.library import matching
from tasktalk.interpreter.library.matching import all_matches, first_match, replace_matches

PATTERNS = [
    "a", "a*", "b*", "x|", r"\w+", r"(\w)(\w)?", r"(?i)É+", "^a", "a$", "^", "$", r"\b", r"\bb", "(a|ab)(c|bcd)?",
    "(b)|(a)",    "a.*c", "a.*?c", "(?s).+", "(?m)^.", "é|漢", "[^a]", "(a*)(b*)", "(?P<one>a)b", "/A+/i",
]  # fmt: skip
TEXTS = ["", "a", "abcd", "aab ab\nc abc", "é漢😀é a É", "b" * 9 + "a" * 9, "xaxbxc\n" * 4]


def found(text: str, pattern: str) -> list[object]:
    return [
        all_matches.body(text, pattern),
        first_match.body(text, pattern),
        replace_matches.body(text, pattern, "<$1>"),
    ]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_text_that_is_searched_in_portions(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = [found(text, pattern) for text in TEXTS]
    monkeypatch.setattr(matching, "_PORTION", 1)
    monkeypatch.setattr(matching, "_AT_ONCE", 1)
    monkeypatch.setattr(matching, "_MOST_OF_GROUPS", 8_000_000)
    assert [found(text, pattern) for text in TEXTS] == at_once


def test_nothing_is_found_inside_of_a_character() -> None:
    assert replace_matches.body("é漢😀", "b*", "-") == "-é-漢-😀-"
    assert all_matches.body("é漢", "b*") == ["", "", ""]


@pytest.mark.parametrize(
    ("pattern", "text"), [("a?" * 490 + r"[a-z]+@[a-z]+\.com", "a" * 1000), (r"[a-z]+@[a-z]+\.com", "a" * 1_000_000)]
)
def test_what_is_ordinary_is_small_enough(pattern: str, text: str) -> None:
    assert first_match.body(text + " joe@example.com", pattern) is not None


def test_a_pattern_that_is_too_large_for_the_text() -> None:
    with pytest.raises(ScriptError, match="this pattern is too large for so long a text") as caught:
        first_match.body("a" * 1_000_000, "(a?){500}z")
    assert caught.value.code == "limit"


def clock_of(seconds: float) -> SimpleNamespace:
    """Time that passes whenever somebody looks at it."""
    now = 0.0

    def thread_time() -> float:
        nonlocal now
        now += seconds
        return now

    return SimpleNamespace(thread_time=thread_time)


@pytest.mark.parametrize(
    ("seconds", "text", "pattern", "searches"),
    [
        (0.04, "a" * 1_000_000, "(a|b)*a(a|b){12}z", first_match),  # one portion takes too long
        (0.02, "a" * 1_000_000, "(a|b)*a(a|b){12}z", first_match),  # all together do
        (0.02, "a" * 100, "a", all_matches),  # many matches do
        (0.02, "a" * 100, "b*", replace_matches),
    ],
)
def test_what_takes_too_long(
    seconds: float, text: str, pattern: str, searches: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "time", clock_of(seconds))
    arguments = (text, pattern, "") if searches is replace_matches else (text, pattern)
    with pytest.raises(ScriptError, match="this pattern takes too long for so long a text") as caught:
        searches.body(*arguments)
    assert caught.value.code == "limit"


def test_groups_of_a_long_match() -> None:
    """To find the groups takes longer than to find the match, and nothing bounds it but the length of the match."""
    with pytest.raises(ScriptError, match="takes too long"):
        first_match.body("a" * 1_000_000 + "z", "((((((((((a))))))))))*z")
    assert first_match.body("b" * 1_000_000 + "aaz", "((((((((((a))))))))))*z", 1) == "a"
