"""What another side says of a call that it does not take."""

import json
from typing import Any

import pytest

from tasktalk.bots.outside.reasons import LONGEST, reason
from tasktalk.runtime.about import HIDDEN

URL = "https://shop.example.com/tasktalk"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"error": "because I say so"}, "because I say so"),
        ({"error": "invalid_request", "message": "no contact"}, "no contact"),
        ({"error": {"code": 5, "message": "no contact"}}, "no contact"),
        ({"detail": [{"loc": ["body"], "msg": "Field required"}]}, "Field required"),
        ({"error": 5, "title": "Not that"}, "Not that"),
        ("just so", "just so"),
        ({"status": "bad"}, None),
        ({"error": {"error": {"error": {"error": {"error": "deep"}}}}}, None),
        ([], None),
        (5, None),
    ],
)
def test_what_json_says(said: Any, told: str | None) -> None:
    assert reason(json.dumps(said), URL) == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("\n  No such shop.\nat line 5", "No such shop."),
        ("a\tb\x00c\x1b[31m\u202e", "a b c [31m"),
        ("<html>no", None),
        ("  <!doctype html>", None),
        ("", None),
        ("[" * 4000, "[" * (LONGEST - 1) + "…"),
        ("x" * (LONGEST + 1), "x" * (LONGEST - 1) + "…"),
        ("x" * LONGEST, "x" * LONGEST),
    ],
)
def test_what_a_text_says(said: str, told: str | None) -> None:
    assert reason(said, URL) == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Cannot POST /hooks/T0001?key=s3cr%20t", f"Cannot POST {HIDDEN}"),
        ("no such key: s3cr t", f"no such key: {HIDDEN}"),
        ('{"error": "no key s3cr%20t in /hooks/T0001"}', f"no key {HIDDEN} in {HIDDEN}"),
        ("whsec_abc is wrong", f"{HIDDEN} is wrong"),
    ],
)
def test_no_secret_of_ours_is_told_where_it_is_said_again(said: str, told: str) -> None:
    assert reason(said, "https://a.example/hooks/T0001?key=s3cr%20t", ["whsec_abc"]) == told


def test_a_long_part_of_a_path_may_be_a_secret_and_a_word_is_none() -> None:
    url = "https://a.example/tasktalk/4a5b6c7d8e9f0a1b"
    assert reason("tasktalk does not know 4a5b6c7d8e9f0a1b", url) == f"tasktalk does not know {HIDDEN}"
