"""Due dates as they are written."""

from datetime import UTC, datetime

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks import due

NOW = datetime(2024, 1, 15, 10, 20, 30, 400_000, tzinfo=UTC)  # a Monday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-20T17:00:00Z", "2024-01-20T17:00:00"),
        ("2024-01-20t17:00:00z", "2024-01-20T17:00:00"),
        ("2024-01-20T17:00:00+02:00", "2024-01-20T15:00:00"),
        ("2024-01-20T17:00:00-0330", "2024-01-20T20:30:00"),
        ("2024-01-20T17:00:00", "2024-01-20T17:00:00"),
        ("2024-01-20 17:00", "2024-01-20T17:00:00"),
        ("2024-01-20T17:00:00.999Z", "2024-01-20T17:00:00"),
        ("2024-01-20", "2024-01-20T00:00:00"),
    ],
)
def test_iso_is_read_to_the_second_in_utc(text: str, expected: str) -> None:
    assert due.iso(text) == datetime.fromisoformat(expected + "+00:00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2024",
        "2024-13-01",
        "2024-02-30T00:00:00Z",
        "2024-01-20T25:00:00Z",
        "20240120",
        "2024-W03-1",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "٢٠٢٤-01-20",
        "2024-01-20T17:00:00Z and so on",
        "2024-01-20T17:00:00+99:00",
    ],
)
def test_what_is_not_iso_is_none(text: str) -> None:
    assert due.iso(text) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("today", "2024-01-15T23:59:59"),
        ("Tomorrow", "2024-01-16T23:59:59"),
        ("the day after tomorrow", "2024-01-17T23:59:59"),
        ("next week", "2024-01-22T23:59:59"),
        ("next month", "2024-02-15T23:59:59"),
        ("next year", "2025-01-15T23:59:59"),
        ("in 3 days", "2024-01-18T10:20:30"),
        ("in an hour", "2024-01-15T11:20:30"),
        ("2 weeks from now", "2024-01-29T10:20:30"),
        ("in 45 minutes", "2024-01-15T11:05:30"),
        ("in 13 months", "2025-02-15T10:20:30"),
        ("tuesday", "2024-01-16T23:59:59"),
        ("monday", "2024-01-22T23:59:59"),
        ("next Friday", "2024-01-19T23:59:59"),
        ("on sunday", "2024-01-21T23:59:59"),
        ("end of day", "2024-01-15T23:59:59"),
        ("end of week", "2024-01-21T23:59:59"),
        ("end  of the month", "2024-01-31T23:59:59"),
        ("end of year", "2024-12-31T23:59:59"),
        ("tomorrow at 9am", "2024-01-16T09:00:00"),
        ("tomorrow at 17:30", "2024-01-16T17:30:00"),
        ("friday 5 pm", "2024-01-19T17:00:00"),
        ("friday at 12am", "2024-01-19T00:00:00"),
        ("friday at 12:15 pm", "2024-01-19T12:15:00"),
    ],
)
def test_a_phrase_means_a_moment(words: str, expected: str) -> None:
    assert due.phrase(words, NOW) == datetime.fromisoformat(expected + "+00:00")


@pytest.mark.parametrize(
    "words",
    ["", "3 days", "yesterday", "high", "user456", "in 999999 years", "tomorrow at 25:00", "friday at 13pm", "month"],
)
def test_what_is_not_a_phrase_is_none(words: str) -> None:
    assert due.phrase(words, NOW) is None


def test_the_last_day_of_a_shorter_month_is_taken() -> None:
    assert due.phrase("in 1 month", NOW.replace(day=31)) == datetime(2024, 2, 29, 10, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "expected"), [(3600, "2024-01-15T11:20:30"), (0.7, "2024-01-15T10:20:31"), (-60, "2024-01-15T10:19:30")]
)
def test_a_number_is_seconds_from_now(seconds: float, expected: str) -> None:
    assert due.required(seconds, NOW) == datetime.fromisoformat(expected + "+00:00")


@pytest.mark.parametrize("value", [True, None, "soon", [1], {}, 1e30, float("inf"), float("nan")])
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(Refused) as refused:
        due.required(value, NOW)
    assert refused.value.code == "invalid_due_date"
