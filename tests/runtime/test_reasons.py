"""Why a schedule runs when it does, and every reason for which it did not run."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tasktalk.runtime.due_times import CANCELLED, MISSED, PAUSED, TOO_MANY
from tasktalk.runtime.reasons import (
    Explanation,
    Facts,
    clock_change,
    described,
    due_time,
    explain,
    missing_on_wall,
    named,
    upcoming,
    why_none,
)

MADE = datetime(2026, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def row(spec: str = "every 15 minutes", timezone: str = "UTC", **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": "sch_1",
        "task_id": "1",
        "bot": "helper",
        "spec": spec,
        "words": None,
        "timezone": timezone,
        "misfire": "once",
        "overlap": "queue",
        "jitter_seconds": 0,
        "starts_at": None,
        "ends_at": None,
        "is_paused": False,
        "anchored_at": MADE,
        "next_run_at": NOW + QUARTER,
        "held_by": None,
        "created_at": MADE,
    }
    return found | given


def run_at(planned_at: datetime, status: str = "completed", **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "planned_at": planned_at,
        "created_at": planned_at,
        "started_at": planned_at,
        "ended_at": planned_at + timedelta(seconds=2),
        "status": status,
        "reason": None,
        "error": None,
        "missed": 0,
        "attempt": 1,
    }
    return found | given


def why(
    schedule: dict[str, Any], at: datetime, *, run: Callable[[datetime], Any] | None = None, **known: Any
) -> Explanation:
    """What is said of a moment; `run` makes the run of the due time that it means."""
    due = due_time(schedule, at)
    found = run(due) if run is not None and due is not None else None
    return explain(Facts(NOW, at, schedule, due=due, run=found, **known))


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


# ---- next times


def test_each_next_time_has_its_reason() -> None:
    assert [(f"{each.at:%d %H:%M}", each.reason) for each in upcoming(row(), NOW, 2)] == [
        ("10 12:15", "every 15 minutes, counted from 2026-03-01 00:00 UTC"),
        ("10 12:30", "every 15 minutes, counted from 2026-03-01 00:00 UTC"),
    ]


def test_what_came_and_has_not_run_is_told_once() -> None:
    late, after = upcoming(row(next_run_at=NOW - 2 * QUARTER), NOW, 2)
    assert late.at == NOW - 2 * QUARTER
    assert late.reason.endswith(" UTC, it is due, and nobody has looked yet")
    assert after.at == NOW + QUARTER


def test_a_next_time_that_waits_for_the_run_before_says_so() -> None:
    [held] = upcoming(row(next_run_at=NOW - QUARTER, held_by="run_1"), NOW, 1)
    assert held.reason.endswith("UTC, it waits for the end of the run before")


def test_jitter_tells_the_moment_at_which_it_really_begins() -> None:
    [first] = upcoming(row(jitter_seconds=60), NOW, 1)
    [again] = upcoming(row(jitter_seconds=60), NOW, 1)
    assert first == again
    assert first.reason.endswith("spread over 60 seconds")


def test_times_end_with_the_schedule() -> None:
    assert len(list(upcoming(row(ends_at=NOW + 2 * QUARTER), NOW, 9))) == 2
    assert list(upcoming(row(next_run_at=None), NOW, 9)) == []
    assert list(upcoming(row(is_paused=True), NOW, 9)) == []


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (row("0 8 * * 1-5", "Europe/Berlin", words="weekdays at 8am"), "weekdays at 8am, Europe/Berlin"),
        (row("0 8 * * *"), "0 8 * * *"),
        (row("2030-12-24T18:00", "Asia/Tokyo"), "2030-12-24T18:00, once, Asia/Tokyo"),
        (row("every 15 minutes", anchored_at=None), "every 15 minutes, counted from 2026-03-01 00:00 UTC"),
        (row("every blue moon"), "every blue moon, which means nothing any more"),
    ],
)
def test_a_schedule_is_told_as_it_was_written(schedule: dict[str, Any], said: str) -> None:
    assert described(schedule) == said


def test_a_time_that_the_clocks_go_over_is_moved_and_says_so() -> None:
    night = row("30 2 * * *", "Europe/Berlin", next_run_at=at(28, 1, 30))
    before, moved, after = upcoming(night, at(28, 0), 3)
    assert (before.at, before.reason) == (at(28, 1, 30), "30 2 * * *, Europe/Berlin")
    assert moved.at == at(29, 1)
    assert moved.reason == (
        "30 2 * * *, Europe/Berlin, the clock change of 29 March moves it to 03:00: "
        "the time it is for does not exist that day"
    )
    assert (after.at, after.reason) == (at(30, 0, 30), "30 2 * * *, Europe/Berlin")


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    night = row("30 2 * * *", "Europe/Berlin")
    assert clock_change(night, at(25, 0, 30, 10)) == "02:30 comes twice on 25 October, and this is the first"
    assert clock_change(night, at(24, 0, 30, 10)) is None
    assert clock_change(row(), at(25, 0, 30, 10)) is None


# ---- why no time is to come


@pytest.mark.parametrize(
    ("schedule", "task", "said"),
    [
        (row(), None, None),
        (row(is_paused=True), None, "The schedule is paused: it runs at none of its times until it is resumed."),
        (
            row(next_run_at=None),
            {"status": "completed"},
            "The task has ended: it is completed. It goes on when it is opened again.",
        ),
        (row(next_run_at=None, ends_at=NOW), None, "The schedule has ended: it runs until 2026-03-10 12:00 UTC."),
        (
            row("2026-03-02", next_run_at=None),
            {"status": "pending"},
            "The schedule has no time to come: its last one is past.",
        ),
        (
            row("2026-02-28", next_run_at=None),
            {"status": "pending"},
            (
                "Its one time, 2026-02-28 00:00 UTC, was past already when the schedule was made: it has never run by"
                " itself, and will not. Give it a time to come."
            ),
        ),
        (row("never", next_run_at=None), None, "The schedule says never: it runs when somebody asks for it."),
    ],
)
def test_why_no_time_is_to_come(schedule: dict[str, Any], task: dict[str, Any] | None, said: str | None) -> None:
    assert why_none(schedule, task) == said


# ---- which time is meant


def test_a_time_without_a_zone_is_of_the_schedules() -> None:
    berlin = row("0 8 * * *", "Europe/Berlin")
    assert named(berlin, datetime(2026, 3, 2, 8)) == at(2, 7)  # noqa: DTZ001 - as it is written
    assert named(berlin, at(2, 8)) == at(2, 8)


def test_by_the_minute_or_by_the_second() -> None:
    seconds = row("every 10 seconds")
    assert due_time(seconds, at(2, 8)) == at(2, 8)
    assert due_time(seconds, at(2, 8).replace(second=5)) is None
    assert due_time(row("30 0 8 * * *"), at(2, 8)) == at(2, 8).replace(second=30)
    assert due_time(row("every blue moon"), at(2, 8)) is None


def test_a_wall_time_that_does_not_exist_is_told_and_the_moment_after_is_meant() -> None:
    night, written = row("30 2 * * *", "Europe/Berlin"), datetime(2026, 3, 29, 2, 30)  # noqa: DTZ001 - as it is written
    said = missing_on_wall(night, written)
    assert said is not None
    assert said.startswith("02:30 does not exist on 29 March in Europe/Berlin")
    assert said.endswith("the first moment after the gap, 03:00.")
    assert due_time(night, named(night, written)) == at(29, 1)
    assert missing_on_wall(night, written.replace(day=28)) is None
    assert missing_on_wall(night, at(29, 1)) is None


# ---- why it did not run then


@pytest.mark.parametrize(
    ("status", "given", "verdict", "said"),
    [
        (
            "completed",
            {},
            "completed",
            "It ran: the run began 2026-03-02 08:00 UTC and completed 2026-03-02 08:00:02 UTC.",
        ),
        ("running", {}, "running", "It runs: the run began 2026-03-02 08:00 UTC and has not ended."),
        ("queued", {}, "queued", "Its run stands in line since 2026-03-02 08:00 UTC"),
        ("held", {}, "held", "Its run is held back: a person has the conversation"),
        ("failed", {"reason": "no disk"}, "failed", "It ran and failed 2026-03-02 08:00:02 UTC: no disk."),
        (
            "failed",
            {"error": {"message": 'there is no script "gone.bas"'}},
            "failed",
            'It ran and failed 2026-03-02 08:00:02 UTC: there is no script "gone.bas".',
        ),
        ("timed_out", {"reason": "after 10 minutes"}, "timed_out", "It ran, and its time was up"),
        (
            "cancelled",
            {"reason": CANCELLED},
            "cancelled",
            "Its run was cancelled 2026-03-02 08:00:02 UTC: the next time",
        ),
        ("skipped", {"reason": MISSED}, "missed", "It did not run: it was missed"),
        ("skipped", {"reason": TOO_MANY}, "missed", "It did not run: it was missed, and too many later"),
        ("skipped", {"reason": PAUSED}, "paused", "It did not run: the schedule was paused."),
        (
            "skipped",
            {"reason": "the run planned for 2026-03-02 07:45:00 UTC was not over"},
            "overlap",
            "It did not run: the run planned for 2026-03-02 07:45:00 UTC was not over.",
        ),
        ("skipped", {"reason": "the task has no bot to run it"}, "no-bot", "It did not run: the task has no bot"),
        ("skipped", {"reason": "all 10 runs of a day were used up"}, "quota", "It did not run: all 10 runs of a day"),
        ("skipped", {"reason": "something else"}, "skipped", "It did not run: something else."),
    ],
)
def test_a_run_tells_what_became_of_it(status: str, given: dict[str, Any], verdict: str, said: str) -> None:
    found = why(row(), at(2, 8), run=lambda due: run_at(due, status, **given))
    assert found.verdict == verdict
    assert found.sentences[0].startswith(said)


def test_a_run_that_came_late_stood_for_others_or_was_tried_again_says_so() -> None:
    late: dict[str, Any] = {"created_at": at(2, 10, 20), "missed": 3, "attempt": 2}
    _, was_late, missed, attempt = why(row(), at(2, 8), run=lambda due: run_at(due, **late)).sentences
    assert was_late.startswith("It was 2 h 20 min late: nobody looked before, because the server was down or busy")
    assert missed == "It stands for 3 due times before it, too, which had no run of their own."
    assert attempt == "That was attempt 2."


def test_a_run_that_the_clock_change_moved_says_so() -> None:
    found = why(row("30 2 * * *", "Europe/Berlin"), at(29, 1), run=run_at)
    assert found.sentences[1].startswith("The clock change of 29 March moves it to 03:00")


@pytest.mark.parametrize(
    ("schedule", "moment", "verdict", "said"),
    [
        (row(), at(2, 8, 7), "not-due", "That is no time of the schedule, which is every 15 minutes, counted from"),
        (row(), MADE - QUARTER, "before", "The schedule was made later, 2026-03-01 00:00 UTC."),
        (row("0 8 * * *", starts_at=at(5, 0)), at(2, 8), "before", "The schedule begins later, 2026-03-05 00:00 UTC."),
        (row(ends_at=at(2, 7)), at(2, 8), "after", "The schedule had ended, 2026-03-02 07:00 UTC."),
        (row("every blue moon"), at(2, 8), "broken", "The schedule 'every blue moon' means nothing any more"),
        (
            row("30 2 * * *", "Europe/Berlin"),
            at(25, 1, 30, 10),
            "clock-change",
            "02:30 comes twice on 25 October, when the clocks are set back: the schedule runs at the first of the two",
        ),
    ],
)
def test_a_moment_that_is_none_of_its_times(
    schedule: dict[str, Any], moment: datetime, verdict: str, said: str
) -> None:
    found = why(schedule, moment)
    assert found.verdict == verdict
    assert found.sentences[0].startswith(said)


def test_a_moment_after_which_none_comes() -> None:
    assert why(row("2026-03-02"), at(3, 0)).sentences[0].endswith(" It has no time after that.")


def test_what_is_to_come() -> None:
    assert why(row(), NOW + QUARTER) == Explanation(
        "to-come",
        ["That is still to come: 2026-03-10 12:15 UTC, every 15 minutes, counted from 2026-03-01 00:00 UTC."],
    )
    assert why(row(is_paused=True), NOW + QUARTER).verdict == "paused"
    ended = why(row(next_run_at=None), NOW + QUARTER, task={"status": "cancelled"})
    assert (ended.verdict, ended.sentences[0][:19]) == ("ended", "The task has ended:")


def test_it_was_missed_and_a_later_run_stands_for_it() -> None:
    later = run_at(at(2, 10), missed=8)
    found = why(row(), at(2, 8), later=later)
    assert found.verdict == "coalesced"
    assert found.sentences[0] == (
        "It had no run of its own: the run planned for 2026-03-02 10:00 UTC stands for it (completed)."
    )
    assert why(row(), at(2, 7, 45), later=later).verdict == "unknown"


def test_a_note_that_stands_for_it_tells_the_reason() -> None:
    note = run_at(at(2, 10), "skipped", missed=8, reason=PAUSED)
    assert why(row(), at(2, 8), later=note) == Explanation(
        "paused",
        ["It did not run: the schedule was paused. That holds for 9 due times up to 2026-03-02 10:00 UTC."],
    )


@pytest.mark.parametrize(
    ("given", "verdict", "said"),
    [
        ({"is_paused": True}, "paused", "The schedule is paused"),
        ({"held_by": "run_1"}, "overlap", "It waits for the end of the run before, planned for 2026-03-02 07:00 UTC"),
        ({"bot": None}, "no-bot", "The task has no bot to run it"),
        ({}, "late", "It is due, and nobody has looked yet: the server is not running"),
    ],
)
def test_nothing_has_come_of_it_yet(given: dict[str, Any], verdict: str, said: str) -> None:
    held_by = run_at(at(2, 7), "running") if "held_by" in given else None
    found = why(row(next_run_at=at(2, 8), **given), at(2, 8), held_by=held_by)
    assert found.verdict == verdict
    assert found.sentences[0].startswith(said)


@pytest.mark.parametrize(
    ("seen_at", "said"),
    [
        (at(2, 7), "prc_1 has to do it, which was last heard of 2026-03-02 07:00 UTC."),
        (None, "prc_1 has to do it, and is gone: another one takes that over some seconds after it looks."),
    ],
)
def test_which_process_has_what_is_left_to_do(seen_at: datetime | None, said: str) -> None:
    process = {"process_id": "prc_1", "seen_at": seen_at}
    late = why(row(next_run_at=at(2, 8)), at(2, 8), process=process)
    assert late.sentences[1] == f"Of the processes that share the database, {said}"
    running = why(row(), at(2, 8), run=lambda due: run_at(due, "running", ended_at=None), process=process)
    assert running.sentences[1] == late.sentences[1]
    assert len(why(row(), at(2, 8), run=lambda due: run_at(due, "completed"), process=process).sentences) == 1


def test_the_task_had_ended() -> None:
    task = {"status": "completed", "completed_at": at(2, 7), "updated_at": at(4, 0)}
    found = why(row(next_run_at=None), at(2, 8), task=task)
    assert found == Explanation("ended", ["The task had ended: it is completed since 2026-03-02 07:00 UTC."])
    assert why(row(next_run_at=None), at(2, 6), task=task).verdict == "unknown"


def test_what_nobody_knows_any_more_is_not_made_up() -> None:
    assert why(row(), at(2, 8)).verdict == "unknown"
