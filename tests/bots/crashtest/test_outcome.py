"""What a crash test compares: nothing that differs is overlooked."""

import pytest

from tasktalk.bots.crashtest.outcome import Outcome, compared
from tasktalk.bots.crashtest.plan import Plan
from tasktalk.bots.crashtest.play import Played
from tasktalk.bots.crashtest.report import Report

TALK = {"messages": ["a", "b"], "said": ["a", "b"], "tasks": ["t"], "answers": ["x", "y"]}


def test_equal_outcomes_do_not_differ() -> None:
    differences = compared({"c1": TALK, "c2": TALK}, {"c2": dict(TALK), "c1": dict(TALK)})
    assert (differences.lost.total(), differences.repeated.total(), differences.talks) == (0, 0, {})


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
    assert (differences.lost.total(), differences.repeated.total(), differences.talks) == (lost, repeated, said)


@pytest.mark.parametrize(("undisturbed", "with_kills", "is_good"), [(0, 0, True), (0, 3, True), (1, 0, False)])
def test_what_comes_twice_without_an_id_is_a_kills_alone(undisturbed: int, with_kills: int, is_good: bool) -> None:
    expected, found = (Played({}, True, 0, 0, {}, {"telegram": times}, 0) for times in (undisturbed, with_kills))
    assert Report(Plan(1, 1, 1), expected, found, compared({}, {}), 0.0).is_good is is_good


def test_each_channel_has_figures_of_its_own() -> None:
    seen = {"c1": {"push": ["a", "b"]}, "2": {"telegram": ["c"]}, "3": {"discord": ["d", "e"]}}
    found = {"c1": {"push": ["a"]}, "2": {"telegram": ["c"]}, "3": {"discord": ["d", "e", "e"]}}
    again, twice = {"push": 0, "discord": 4, "telegram": 0}, {"push": 0, "discord": 0, "telegram": 5}
    expected, played = (Played(outcome, True, 0, 0, again, twice, 0) for outcome in (seen, found))
    report = Report(Plan(3, 1, 1), expected, played, compared(seen, found), 0.0)
    figures = report.figures()
    names = ("deliveries", "sent_again", "came_twice", "lost", "repeated")
    assert {name: tuple(of[each] for each in names) for name, of in figures["channels"].items()} == {
        "push": (2, 0, 0, 1, 0),
        "discord": (2, 4, 0, 0, 1),
        "telegram": (1, 0, 5, 0, 0),
    }
    assert tuple(figures[each] for each in names) == (5, 4, 5, 1, 1)
    assert [line for line in report.table().splitlines() if line.startswith("  to ")] == [
        "  to a signed webhook   2: 1 lost, 0 repeated, 0 sent again with the same id",
        "  to Discord            2: 0 lost, 1 repeated, 4 sent again with the same id",
        "  to Telegram           1: 0 lost, 0 repeated, and 5 came twice, since it has no id to know them by",
    ]
    assert not report.is_good
