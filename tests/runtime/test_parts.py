"""Long texts in parts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasktalk.runtime.parts import parts, units

FAMILY = "👩‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("short", 5, ["short"]),
        ("short", None, ["short"]),
        ("", 5, [""]),
        ("one two three", 8, ["one two", "three"]),
        ("One two. Three four.", 14, ["One two.", "Three four."]),
        ("first line\nsecond one", 15, ["first line", "second one"]),
        ("a b\n\nc d e f", 9, ["a b", "c d e f"]),
        ("aaaaaaaaaa", 4, ["aaaa", "aaaa", "aa"]),
        ("one     two", 5, ["one", "two"]),
        ("👍👍👍", 4, ["👍👍", "👍"]),
        (f"ab{FAMILY}", 12, ["ab", FAMILY]),
        ("cafe\u0301s", 4, ["caf", "e\u0301s"]),
    ],
)
def test_a_text_is_cut_where_a_person_would(text: str, most: int | None, expected: list[str]) -> None:
    assert parts(text, most) == expected


@given(st.text(), st.integers(2, 50))
def test_nothing_is_lost_and_every_part_fits(text: str, most: int) -> None:
    found = parts(text, most)
    assert all(units(part) <= most for part in found)
    assert re.sub(r"\s", "", "".join(found)) == re.sub(r"\s", "", text)
    assert len(found) == 1 or all(part.strip() for part in found)


def test_a_very_long_text() -> None:
    assert len(parts("word " * 200_000, 4096)) == 245
