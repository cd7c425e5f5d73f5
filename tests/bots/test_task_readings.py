"""`check --tasks` tells how each CREATE TASK is read, in every order in which authors write its values."""

from datetime import UTC, datetime

import pytest

from tasktalk.bots.assembly import language
from tasktalk.bots.tasks import readings, unknown_words
from tasktalk.interpreter.parser import parse

NOW = datetime(2024, 1, 15, 10, tzinfo=UTC)
KEYWORDS = language()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('"Call"', 'title "Call"'),
        ('"Call", "user456"', 'title "Call", assignee "user456"'),
        ('"Call", "high", "ana"', 'title "Call", priority "high", assignee "ana"'),
        ('"Call", "ana", "tomorrow"', 'title "Call", assignee "ana", due date "tomorrow"'),
        (
            '"Call", "ana", "critical", "2030-01-31"',
            'title "Call", assignee "ana", priority "critical", due date "2030-01-31"',
        ),
        (
            '"Call", "about the bill", "ana", "in 3 days", "low"',
            'title "Call", description "about the bill", assignee "ana", due date "in 3 days", priority "low"',
        ),
        (
            '"Call", "ana", "friday", "Moving house"',
            'title "Call", assignee "ana", due date "friday", project "Moving house"',
        ),
        ('"Call" DUE "end of month"', 'title "Call", due date "end of month"'),
        ('"Call" IN PROJECT "p" WITH STATUS "in_progress"', 'title "Call", project "p", status "in_progress"'),
        ('"Call", "ana" IN SPACE "s"', 'title "Call", assignee "ana", space "s"'),
        (
            '"Call" ASSIGN TO u PRIORITY "high" DUE d TAGS ["a", "b"] DESCRIPTION s CONTEXT #{k: 1} IN SPACE "s"',
            (
                'title "Call", assignee u, priority "high", due date d, tags ["a", "b"], description s, '
                'context #{"k": 1}, space "s"'
            ),
        ),
        ('"Call", "ana@example.com", NOW() + DAYS(2)', None),
        ('"Call" PRIORITY "low" ASSIGN TO "ana"', 'title "Call", priority "low", assignee "ana"'),
        ('"Call", who', 'title "Call", who: by what it is, else assignee'),
        ('"Call", "tomorow"', 'title "Call", "tomorow" is no due date'),
    ],
)
def test_how_a_task_is_read(written: str, read: str | None) -> None:
    [(line, found)] = readings(parse(f"\nCREATE TASK {written}\n", KEYWORDS.phrases), NOW)
    assert line == 2
    if read is None:
        read = 'title "Call", assignee "ana@example.com", NOW() + DAYS(2): by what it is, else project'
    assert found == read


@pytest.mark.parametrize("form", ['id = CREATE TASK "Call", "ana"', 'TALK CREATE_TASK("Call", "ana")'])
def test_every_spelling_is_found(form: str) -> None:
    assert list(readings(parse(form, KEYWORDS.phrases), NOW)) == [(1, 'title "Call", assignee "ana"')]


def test_a_function_of_the_scripts_own_is_no_keyword() -> None:
    source = 'x = create_task("Call")\nFUNCTION create_task(title)\n  RETURN title\nEND FUNCTION\n'
    assert list(readings(parse(source, KEYWORDS.phrases), NOW)) == []


@pytest.mark.parametrize(
    ("written", "code", "hint"),
    [
        ('CREATE AUTOMATION "a" ON TASK OVERDU CREATE TASK "b"', "unknown-word", "did you mean OVERDUE?"),
        ('CREATE AUTOMATION "a" ON TASK "complted" CREATE TASK "b"', "unknown-word", "did you mean COMPLETED?"),
        ('CREATE AUTOMATION "a" ON TAG "x" CREATE TASK "b" PRIORITY "hgih"', "unknown-word", 'did you mean "high"?'),
        ('CREATE TEMPLATE "a" PRIORITY "hgih"', "unknown-word", 'did you mean "high"?'),
        ('CREATE AUTOMATION "a" ON SCHEDULE "99 * * * *" CREATE TASK "b"', "invalid-schedule", None),
    ],
)
def test_words_that_no_rule_knows_are_found(written: str, code: str, hint: str | None) -> None:
    [found] = unknown_words(parse(written, KEYWORDS.phrases), NOW)
    assert found.code == code
    assert hint in (None, found.hint)


@pytest.mark.parametrize("words", ["ON TASK overdue", 'ON SCHEDULE "tomorrow at 9"', 'ON MESSAGE "overdu"'])
def test_words_that_rules_know_are_right(words: str) -> None:
    assert list(unknown_words(parse(f'CREATE AUTOMATION "a" {words} CREATE TASK "b"', KEYWORDS.phrases), NOW)) == []


def test_words_that_no_task_knows_are_found_in_every_spelling() -> None:
    [found] = unknown_words(parse('SET_TASK_PRIORITY("tsk_1", "hgih")', KEYWORDS.phrases), NOW)
    assert (found.code, found.hint) == ("unknown-word", 'did you mean "high"?')
