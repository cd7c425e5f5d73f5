"""What comes of a schedule whose time has come, for each of its policies: decided without a store."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tasktalk.runtime.due_times import MISSED, TOO_MANY, Decision, Outcome, decide
from tasktalk.runtime.policies import Policy
from tasktalk.runtime.schedule_rows import new_schedule
from tasktalk.runtime.timetable import MOST_COUNTED

NINE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEN = NINE + HOUR
SOON = timedelta(seconds=2)
RUN = {"id": "run_1", "planned_at": NINE, "status": "running"}
NOT_OVER = "the run planned for 2026-01-05 09:00:00 UTC was not over"


def row(spec: str = "hourly", how: Policy | None = None, **values: Any) -> dict[str, Any]:
    return {**new_schedule(NINE, spec, "UTC", "start.bas", "bot", how or Policy()), **values}


@pytest.mark.parametrize("misfire", ["once", "skip", "all"])
@pytest.mark.parametrize("overlap", ["queue", "skip", "cancel"])
def test_a_time_that_is_found_when_it_comes_is_run(misfire: Any, overlap: Any) -> None:
    found = decide(row(how=Policy(misfire, overlap)), TEN + SOON, None)
    assert found == Decision(TEN + HOUR, TEN + HOUR, [Outcome(TEN)])


@pytest.mark.parametrize(
    ("misfire", "outcomes", "upcoming"),
    [
        ("once", [Outcome(TEN + 3 * HOUR, 3)], TEN + 4 * HOUR),
        ("skip", [Outcome(TEN + 3 * HOUR, 3, MISSED)], TEN + 4 * HOUR),
        ("all", [Outcome(TEN)], TEN + HOUR),
    ],
)
def test_cbk_44_times_that_were_missed(misfire: Any, outcomes: list[Outcome], upcoming: datetime) -> None:
    found = decide(row(how=Policy(misfire)), TEN + 3.5 * HOUR, None)
    assert found == Decision(upcoming, upcoming, outcomes)


def test_the_last_time_is_run_where_it_has_just_come_and_those_before_it_were_missed() -> None:
    found = decide(row(how=Policy("skip")), TEN + 3 * HOUR + SOON, None)
    assert found.outcomes == [Outcome(TEN + 2 * HOUR, 2, MISSED), Outcome(TEN + 3 * HOUR)]
    assert decide(row(how=Policy("skip")), TEN + HOUR + SOON, None).outcomes == [
        Outcome(TEN, 0, MISSED), Outcome(TEN + HOUR)
    ]  # fmt: skip


def test_a_minute_is_no_miss() -> None:
    how = Policy("skip")
    assert decide(row(how=how), TEN + timedelta(seconds=60), None).outcomes == [Outcome(TEN)]
    assert decide(row(how=how), TEN + timedelta(seconds=61), None).outcomes == [Outcome(TEN, 0, MISSED)]


def test_jitter_is_no_miss() -> None:
    schedule = row(how=Policy("skip", jitter_seconds=3600), id="sch_1")
    late = decide(schedule, TEN, None).outcomes
    assert late == [Outcome(TEN)]
    assert decide(schedule, TEN + timedelta(minutes=20), None).outcomes == [Outcome(TEN)]


def test_every_missed_time_is_caught_up_on_in_order_and_no_more_than_a_thousand() -> None:
    schedule = row("every 10 minutes", Policy("all"))
    first = schedule["next_run_at"]
    now = first + timedelta(minutes=10) * (MOST_COUNTED + 500)
    found = decide(schedule, now, None)
    left_out, run = found.outcomes
    assert left_out == Outcome(first + timedelta(minutes=10) * 500, 500, TOO_MANY)
    assert run == Outcome(first + timedelta(minutes=10) * 501)
    planned = []
    while found.next_run_at is not None and found.next_run_at <= now:
        schedule["next_run_at"] = found.next_run_at
        found = decide(schedule, now, None)
        [outcome] = found.outcomes
        assert outcome.reason is None
        planned.append(outcome.planned_at)
    assert planned == [first + timedelta(minutes=10) * number for number in range(502, MOST_COUNTED + 501)]


# ---- while the run before is not over


@pytest.mark.parametrize("misfire", ["once", "skip", "all"])
def test_cbk_45_a_time_waits_for_the_run_before(misfire: Any) -> None:
    schedule = row(how=Policy(misfire))
    assert decide(schedule, TEN + SOON, RUN) == Decision(TEN, None, held_by="run_1")


@pytest.mark.parametrize(("misfire", "expected"), [("once", [(4, 4)]), ("skip", [(4, 4)]), ("all", [(0, 0)])])
def test_cbk_45_times_that_waited_are_one_run_unless_each_shall_have_its_own(
    misfire: Any, expected: list[tuple[int, int]]
) -> None:
    schedule = row(how=Policy(misfire), held_by="run_1", fires_at=None)
    found = decide(schedule, TEN + 4.5 * HOUR, None)
    assert found.outcomes == [Outcome(TEN + hours * HOUR, missed) for hours, missed in expected]
    assert found.held_by is None


def test_cbk_45_a_time_makes_no_run() -> None:
    found = decide(row(how=Policy(overlap="skip")), TEN + HOUR + SOON, RUN)
    assert found == Decision(TEN + 2 * HOUR, TEN + 2 * HOUR, [Outcome(TEN + HOUR, 1, NOT_OVER)])


def test_cbk_45_a_time_ends_the_run_before() -> None:
    found = decide(row(how=Policy(overlap="cancel")), TEN + SOON, RUN)
    assert found == Decision(TEN + HOUR, TEN + HOUR, [Outcome(TEN)], cancels=RUN)


def test_a_time_that_makes_no_run_ends_none() -> None:
    found = decide(row(how=Policy("skip", "cancel")), TEN + timedelta(minutes=30), RUN)
    assert (found.outcomes, found.cancels) == ([Outcome(TEN, 0, MISSED)], None)


def test_a_time_that_waits_when_the_clock_is_set_back_waits_for_its_time() -> None:
    schedule = row(held_by="run_1", fires_at=None)
    assert decide(schedule, NINE, None) == Decision(TEN, TEN)


# ---- the end


def test_a_moment_comes_once() -> None:
    assert decide(row("2026-01-05T10:00"), TEN + SOON, None) == Decision(None, None, [Outcome(TEN)])


@pytest.mark.parametrize("misfire", ["once", "skip", "all"])
def test_what_was_missed_before_the_end_of_a_schedule_is_not_forgotten(misfire: Any) -> None:
    how = Policy(misfire, ends_at=TEN + HOUR)
    found = decide(row(how=how), TEN + timedelta(days=3), None)
    expected = {"once": Outcome(TEN + HOUR, 1), "skip": Outcome(TEN + HOUR, 1, MISSED), "all": Outcome(TEN)}
    assert found.outcomes == [expected[misfire]]
    assert found.next_run_at == (TEN + HOUR if misfire == "all" else None)
