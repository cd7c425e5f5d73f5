"""Schedules when the clocks of ten zones change, as data, and against second implementations over twenty years.

cronsim is one, and agrees with one exception: for an expression whose minute or hour begins with `*` it loses or
repeats times on the day of a change, where that is at midnight (Azores, São Paulo), by half an hour (Lord Howe) or not
at a full hour (Chatham). Near any change such expressions are held against something simpler, which is what they mean:
each minute of real time at which the clocks show a time of the expression.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tasktalk.runtime.cron import fault
from tasktalk.runtime.schedules import next_time
from tests.runtime.test_schedules import field

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TABLE = [
    [part.strip() for part in line.split("|")]
    for line in (Path(__file__).parent / "clock_changes.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
ZONES = sorted({zone for zone, *_ in TABLE})
BEGIN, END = datetime(2008, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)


@cache
def changes(zone: str) -> list[datetime]:
    """The moments of the clock changes, to the day."""
    days = [BEGIN + number * DAY for number in range((END - BEGIN).days)]
    offsets = [day.astimezone(ZoneInfo(zone)).utcoffset() for day in days]
    return [day for day, before, after in zip(days, offsets, offsets[1:], strict=False) if before != after]


def test_the_table_has_ten_zones_and_their_kinds_of_changes() -> None:
    assert len(ZONES) == 10
    assert changes("Asia/Kathmandu") == []
    assert all(changes(zone) for zone in ZONES if zone != "Asia/Kathmandu")


@pytest.mark.parametrize(("zone", "spec", "after", "expected"), TABLE)
def test_what_a_schedule_does_when_the_clocks_change(zone: str, spec: str, after: str, expected: str) -> None:
    moment: datetime | None = datetime.fromisoformat(after).replace(tzinfo=UTC)
    found = []
    for _ in expected.split(", "):
        assert moment is not None
        moment = next_time(spec, moment, zone)
        assert moment is not None
        found.append(f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %z}")
    assert ", ".join(found) == expected


# ---- against second implementations

FIXED = st.tuples(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7))
FIXED_TIMES = FIXED.filter(lambda parts: not any(part.startswith("*") for part in parts[:2])).map(" ".join)
RUNNING_TIMES = st.one_of(
    st.tuples(st.sampled_from(["*", "*/7", "*/20", "*/30"]), field(0, 23), field(1, 31), st.just("*"), field(0, 7)),
    st.tuples(field(0, 59), st.sampled_from(["*", "*/2", "*/5"]), field(1, 31), st.just("*"), field(0, 7)),
).map(" ".join)


def moments(zone: str) -> st.SearchStrategy[datetime]:
    anywhere = st.datetimes(datetime(2008, 1, 1), datetime(2026, 1, 1))  # noqa: DTZ001 - made aware below
    some = [moment.replace(tzinfo=None) for moment in changes(zone)] or [datetime(2020, 1, 1)]  # noqa: DTZ001
    near = st.builds(lambda at, minutes: at - minutes * MINUTE, st.sampled_from(some), st.integers(-1440, 1440))
    return st.one_of(near, anywhere).map(lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC))


CASES = st.sampled_from(ZONES).flatmap(lambda zone: st.tuples(st.just(zone), moments(zone)))


def ours(spec: str, after: datetime, zone: str, count: int) -> list[datetime]:
    found: list[datetime] = []
    while len(found) < count:
        upcoming = next_time(spec, after, zone)
        assert upcoming is not None
        assert upcoming > after
        found.append(upcoming)
        after = upcoming
    return found


@settings(max_examples=150, deadline=None)
@given(FIXED_TIMES, CASES)
@example("0 12 * * *", ("Pacific/Apia", datetime(2011, 12, 29, 9, tzinfo=UTC)))
@example("15 2 * * *", ("Australia/Lord_Howe", datetime(2026, 10, 3, 12, tzinfo=UTC)))
@example("30 0 * * *", ("Atlantic/Azores", datetime(2026, 3, 28, 22, tzinfo=UTC)))
def test_fixed_times_agree_with_cronsim_in_all_zones(spec: str, case: tuple[str, datetime]) -> None:
    assume(fault(spec) is None)
    zone, after = case
    oracle = CronSim(spec, after.astimezone(ZoneInfo(zone)))
    # Started within the hour that comes twice, it begins with times that have passed.
    expected = [moment.astimezone(UTC) for moment in islice(oracle, 20) if moment.astimezone(UTC) > after]
    assert ours(spec, after, zone, len(expected)) == expected


@settings(max_examples=150, deadline=None)
@given(RUNNING_TIMES, CASES)
@example("* 0 * * *", ("Australia/Lord_Howe", datetime(2026, 10, 3, 12, tzinfo=UTC)))
@example("* 1-2 * * *", ("America/Sao_Paulo", datetime(2018, 11, 3, 20, tzinfo=UTC)))
def test_running_times_are_the_minutes_at_which_the_clocks_show_them(spec: str, case: tuple[str, datetime]) -> None:
    assume(fault(spec) is None)
    zone, after = case
    wall = after.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    shown = set()
    for each in CronSim(spec, wall - 2 * DAY):
        if each > wall + 4 * DAY:
            break
        shown.add(each)
    minutes = (after + number * MINUTE for number in range(1, 3 * 24 * 60))
    expected = [each for each in minutes if each.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) in shown]
    assert ours(spec, after, zone, min(60, len(expected))) == expected[:60]


@settings(max_examples=100, deadline=None)
@given(RUNNING_TIMES, CASES)
def test_running_times_agree_with_cronsim_where_no_clock_changes(spec: str, case: tuple[str, datetime]) -> None:
    assume(fault(spec) is None)
    zone, after = case
    oracle = CronSim(spec, after.astimezone(ZoneInfo(zone)))
    expected = [moment.astimezone(UTC) for moment in islice(oracle, 20)]
    assume(not any(after - 2 * DAY < change < expected[-1] + 2 * DAY for change in changes(zone)))
    assert ours(spec, after, zone, 20) == expected
