"""What a crash test compares: nothing that differs is overlooked."""

import pytest

from tasktalk.bots.crashtest.outcome import Outcome, compared

TALK = {"messages": ["a", "b"], "said": ["a", "b"], "tasks": ["t"], "answers": ["x", "y"]}


def test_equal_outcomes_do_not_differ() -> None:
    differences = compared({"c1": TALK, "c2": TALK}, {"c2": dict(TALK), "c1": dict(TALK)})
    assert (differences.lost, differences.repeated, differences.talks) == (0, 0, {})


@pytest.mark.parametrize(
    ("found", "lost", "repeated", "said"),
    [
        ({"c1": {**TALK, "messages": ["a"]}}, 1, 0, {"c1": "messages: expected 'b' as number 2, found nothing"}),
        ({"c1": {**TALK, "tasks": ["t", "t"]}}, 0, 1, {"c1": "tasks: expected nothing as number 2, found 't'"}),
        ({"c1": {**TALK, "said": ["b", "a"]}}, 0, 0, {"c1": "said: expected 'a' as number 1, found 'b'"}),
        ({"c1": {**TALK, "answers": ["x", "z"]}}, 0, 0, {"c1": "answers: expected 'y' as number 2, found 'z'"}),
        ({"c1": TALK, "": {"tasks": ["u"]}}, 0, 1, {"": "tasks: expected nothing as number 1, found 'u'"}),
        ({}, 3, 0, {"c1": "answers: expected 'x' as number 1, found nothing"}),
    ],
)
def test_each_difference_is_found(found: Outcome, lost: int, repeated: int, said: dict[str, str]) -> None:
    differences = compared({"c1": TALK}, found)
    assert (differences.lost, differences.repeated, differences.talks) == (lost, repeated, said)
