"""How the values after a task's title are read."""

from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.values import Value
from tasktalk.runtime.tasks import arguments

NOW = datetime(2024, 1, 15, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["user456"], {"assignee": "user456"}),
        (["Ana Lima"], {"assignee": "Ana Lima"}),
        ([7], {"assignee": 7}),
        (["high", "ana"], {"priority": "high", "assignee": "ana"}),
        (["Critical", "ana"], {"priority": "Critical", "assignee": "ana"}),
        (["ana", LATER], {"assignee": "ana", "due": LATER}),
        (["ana", "tomorrow"], {"assignee": "ana", "due": "tomorrow"}),
        (["ana", "high", "2024-01-20"], {"assignee": "ana", "priority": "high", "due": "2024-01-20"}),
        (
            ["Call her", "ana", LATER, "low"],
            {"description": "Call her", "assignee": "ana", "due": LATER, "priority": "low"},
        ),
        (["ana", LATER, "Moving house"], {"assignee": "ana", "due": LATER, "project": "Moving house"}),
        (["Call her soon", "ana@example.com", "high"], {
            "description": "Call her soon", "assignee": "ana@example.com", "priority": "high",
        }),
        (["tomorrow", "user7", "high"], {"due": "tomorrow", "assignee": "user7", "priority": "high"}),
        ([""], {}),
        ([None, "ana", None, "low"], {"assignee": "ana", "priority": "low"}),
        (["Call her", None, None, "low"], {"description": "Call her", "priority": "low"}),
        (["Call her", "ana", "someday", "low"], {
            "description": "Call her", "assignee": "ana", "due": "someday", "priority": "low",
        }),
        ([["a", "b"], {"k": 1}, "ana"], {"tags": ["a", "b"], "context": {"k": 1}, "assignee": "ana"}),
        (["agent_7", "user8"], {"assignee": "agent_7", "project": "user8"}),
        ([], {}),
    ],
)  # fmt: skip
def test_a_value_is_taken_by_what_it_is_and_then_by_where_it_stands(
    values: list[Value], expected: dict[str, Value]
) -> None:
    assert arguments.read(values, NOW) == expected


def test_a_known_user_is_told_from_a_description() -> None:
    values: list[Value] = ["Call her", "ana"]
    assert arguments.doubtful(values, NOW) == ["Call her", "ana"]
    assert arguments.read(values, NOW, ["ana"]) == {"description": "Call her", "assignee": "ana"}


def test_a_text_alone_needs_no_look_at_the_users() -> None:
    assert arguments.doubtful(["ana", "high", LATER], NOW) == []


def test_a_value_too_many_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        arguments.read(["ana", "Moving house", "blue"], NOW)
    assert refused.value.code == "invalid_argument"
    assert "value 4" in refused.value.message
    assert "ASSIGN TO" in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("words", "meant"),
    [("tomorow", "tomorrow"), ("next weeek", "next week"), ("Wensday", "wednesday"), ("end of mounth", "end of month")],
)
def test_a_misspelt_date_is_told(words: str, meant: str) -> None:
    with pytest.raises(Refused) as refused:
        arguments.read(["ana", words], NOW)
    assert (refused.value.code, refused.value.hint) == ("invalid_due_date", f'did you mean "{meant}"?')
    assert arguments.read([words], NOW, [words]) == {"assignee": words}


@pytest.mark.parametrize("name", ["Monica", "Sunny", "Sandy", "Toray", "Tom", "carla", "Fridolin", "Moving house"])
def test_a_name_is_no_misspelt_date(name: str) -> None:
    assert arguments.read([name], NOW) == {"assignee": name}


@pytest.mark.parametrize(
    ("text", "is_address"),
    [
        ("a@b.c", True), ("a@b.c.d", True), ("a@.b.c", True), ("a@..c", True),
        ("a@b", False), ("a@.b", False), ("a@b.", False), ("a@b.c@d", False), ("a b@c.d", False), ("@b.c", False),
    ],
)  # fmt: skip
def test_an_address_has_a_dot_within_what_stands_behind_its_only_at(text: str, is_address: bool) -> None:
    assert (arguments.kind_of(text, NOW) == "assignee") is is_address


def test_what_somebody_writes_is_told_apart_in_a_time_in_proportion_to_its_length() -> None:
    began = process_time()
    for text in ("a@" + "." * 10_000 + " x", "a@" + "a." * 10_000 + "@"):
        assert arguments.read([text], NOW) == {"assignee": text}
    assert process_time() - began < 1  # 6 s where each dot is tried
