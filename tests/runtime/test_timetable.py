"""The times of one schedule: from where they count, within which bounds, how they are spread, and which have come."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.policies import MOST_JITTER, Policy, policy
from tasktalk.runtime.timetable import MOST_COUNTED, Timetable

MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def timetable(spec: str, anchor: datetime = MONDAY, how: Policy | None = None, zone: str = "UTC") -> Timetable:
    how = how or Policy()
    return Timetable("sch_1", spec, zone, how.starts_at or anchor, how)


def times(table: Timetable, after: datetime) -> Iterator[datetime]:
    while (found := table.after(after)) is not None:
        yield found
        after = found


def days(table: Timetable, after: datetime, count: int) -> list[str]:
    return [f"{moment:%Y-%m-%d %H:%M}" for moment in islice(times(table, after), count)]


# ---- from where they count


def test_cbk_24_an_interval_counts_from_creation_and_never_drifts() -> None:
    made = MONDAY + timedelta(minutes=7, seconds=13)
    found = list(islice(times(timetable("quarterhourly", made), made), 1000))
    assert found == [made + number * timedelta(minutes=15) for number in range(1, 1001)]


def test_an_interval_is_the_same_from_wherever_it_is_looked_at() -> None:
    made = MONDAY + timedelta(minutes=7)
    table = timetable("every 15 minutes", made)
    for seconds in (1, 899, 900, 901, 86_400, 10_000_001):
        looked = made + timedelta(seconds=seconds)
        assert table.after(looked) == made + (seconds // 900 + 1) * timedelta(minutes=15)


def test_cbk_25_monthly_from_the_31st_is_the_last_day_of_shorter_months() -> None:
    made = datetime(2026, 1, 31, 10, 30, tzinfo=UTC)
    assert days(timetable("monthly", made), made, 8) == [
        *("2026-02-28 10:30", "2026-03-31 10:30", "2026-04-30 10:30", "2026-05-31 10:30", "2026-06-30 10:30"),
        *("2026-07-31 10:30", "2026-08-31 10:30", "2026-09-30 10:30"),
    ]


def test_cbk_25_monthly_knows_leap_years_and_goes_back_to_its_day() -> None:
    made = datetime(2027, 12, 30, tzinfo=UTC)
    assert days(timetable("every month", made), made, 3) == ["2028-01-30 00:00", "2028-02-29 00:00", "2028-03-30 00:00"]


def test_cbk_25_daily_is_24_hours_in_utc() -> None:
    made = datetime(2026, 3, 28, 2, 30, tzinfo=UTC)
    assert list(islice(times(timetable("daily", made, zone="Europe/Berlin"), made), 3)) == [
        made + timedelta(days=number) for number in (1, 2, 3)
    ]


def test_some_months_and_years() -> None:
    made = datetime(2024, 2, 29, 8, tzinfo=UTC)
    assert days(timetable("every 3 months", made), made, 3) == [
        "2024-05-29 08:00",
        "2024-08-29 08:00",
        "2024-11-29 08:00",
    ]
    assert days(timetable("yearly", made), made, 4) == [
        *("2025-02-28 08:00", "2026-02-28 08:00", "2027-02-28 08:00", "2028-02-29 08:00")
    ]


def test_a_month_is_on_the_wall_clock_of_its_zone() -> None:
    made = datetime(2026, 1, 29, 1, 30, tzinfo=UTC)  # 02:30 in Berlin, where 2026-03-29 has no such time
    assert days(timetable("monthly", made, zone="Europe/Berlin"), made, 3) == [
        *("2026-02-28 01:30", "2026-03-29 01:00", "2026-04-29 00:30")
    ]


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers(1, 24), st.integers(0, 1500))  # noqa: DTZ001
def test_months_are_the_same_from_wherever_they_are_looked_at(made: datetime, count: int, later: int) -> None:
    made = made.replace(microsecond=0, tzinfo=UTC)
    table = timetable(f"every {count} months", made)
    looked = made + timedelta(days=later)
    in_order = list(islice(times(table, made), 1500 // (28 * count) + 2))
    assert table.after(looked) == next(each for each in in_order if each > looked)
    assert all(each.day == made.day or (each + timedelta(days=1)).day == 1 for each in in_order)
    assert all((each.year * 12 + each.month - made.year * 12 - made.month) % count == 0 for each in in_order)


def test_cbk_41_the_zone_of_the_server_is_nothing_to_the_times(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = {
        spec: days(timetable(spec), MONDAY, 5) for spec in ("monthly", "0 9 * * 1-5", "daily", "weekdays at 8am")
    }
    for zone in ("America/New_York", "Asia/Kathmandu"):
        with monkeypatch.context() as patch:
            patch.setenv("TZ", zone)
            time.tzset()
            assert os.environ["TZ"] == zone
            assert {spec: days(timetable(spec), MONDAY, 5) for spec in expected} == expected
    time.tzset()


# ---- within which bounds


def test_no_time_is_before_its_start_and_an_interval_begins_with_it() -> None:
    start = MONDAY + timedelta(hours=3, minutes=7)
    how = Policy(starts_at=start)
    assert list(islice(times(timetable("every 2 hours", how=how), MONDAY), 3)) == [
        start + number * timedelta(hours=2) for number in range(3)
    ]
    assert timetable("0 * * * *", how=how).after(MONDAY) == MONDAY + timedelta(hours=4)
    assert timetable("monthly", how=how).after(MONDAY) == start
    on_time = Policy(starts_at=MONDAY + timedelta(hours=4))
    assert timetable("0 * * * *", how=on_time).after(MONDAY) == MONDAY + timedelta(hours=4)


def test_no_time_is_after_its_end() -> None:
    how = Policy(ends_at=MONDAY + timedelta(hours=2))
    assert list(times(timetable("hourly", how=how), MONDAY)) == [
        MONDAY + timedelta(hours=1),
        MONDAY + timedelta(hours=2),
    ]
    assert timetable("monthly", how=how).after(MONDAY) is None
    assert timetable("2026-01-05T11:00:01", how=how).after(MONDAY) is None
    assert timetable("2026-01-05T11:00:00", how=how).after(MONDAY) == how.ends_at


@pytest.mark.parametrize("spec", ["monthly", "every 366 days", "0 0 1 1 *"])
def test_the_end_of_all_years_is_an_end(spec: str) -> None:
    assert timetable(spec).after(datetime(9999, 12, 31, 23, tzinfo=UTC)) is None


# ---- how they are spread


def test_jitter_is_the_same_in_every_process_and_leaves_the_times_alone() -> None:
    table = timetable("every minute", how=Policy(jitter_seconds=30))
    planned = list(islice(times(table, MONDAY), 500))
    assert planned == [MONDAY + number * MINUTE for number in range(1, 501)]
    moments = [table.fires_at(each) for each in planned]
    late = [(moment - each).total_seconds() for moment, each in zip(moments, planned, strict=True) if moment]
    assert len(late) == 500
    assert all(0 <= each < 30 for each in late)
    assert min(late) < 3
    assert max(late) > 27
    assert moments[0] == MONDAY + MINUTE + timedelta(seconds=24, milliseconds=141)
    assert moments == [timetable("every minute", how=Policy(jitter_seconds=30)).fires_at(each) for each in planned]
    other = Timetable("sch_2", "every minute", "UTC", MONDAY, Policy(jitter_seconds=30))
    assert other.fires_at(planned[0]) != moments[0]


def test_without_jitter_something_comes_of_a_time_when_it_comes() -> None:
    assert timetable("hourly").fires_at(MONDAY) == MONDAY
    assert timetable("hourly").fires_at(None) is None


# ---- which have come

SPECS = st.sampled_from(
    [
        *("every 7 minutes", "every 90 seconds", "*/5 * * * *", "* * * * *", "0 9-17 * * 1-5", "at 8:15 and 17:30"),
        *("monthly", "quarterly", "2026-01-05T09:30", "30 0 12 * * *", "every 15 minutes from 9 to 17"),
    ]
)


@settings(max_examples=50, deadline=None)
@given(SPECS, st.integers(0, 30_000), st.sampled_from([None, 3600, 20_000]))
def test_the_times_that_have_come_are_those_up_to_now(spec: str, later: int, ends: int | None) -> None:
    how = Policy(ends_at=None if ends is None else MONDAY + timedelta(seconds=ends))
    table = timetable(spec, how=how)
    first = table.after(MONDAY)
    if first is None:
        return
    now = first + timedelta(seconds=later)
    found = table.reached(first, now)
    come = [first, *(each for each in islice(times(table, first), MOST_COUNTED) if each <= now)]
    assert (found.count, found.last) == (len(come), come[-1])
    assert found.before_last == (come[-2] if len(come) > 1 else None)


@pytest.mark.parametrize(
    ("spec", "last"),
    [
        ("* * * * * *", "2027-01-05 09:00:07"),
        ("*/7 * * * *", "2027-01-05 09:00:00"),
        ("0 9 * * 1-5", "2027-01-05 09:00:00"),
        ("30 8-10 * * *", "2027-01-05 08:30:00"),
    ],
)
def test_after_a_year_the_last_time_is_found_at_once(spec: str, last: str) -> None:
    table = timetable(spec)
    first = table.after(MONDAY)
    assert first is not None
    found = table.reached(first, MONDAY.replace(year=2027) + timedelta(seconds=7))
    assert f"{found.last:%Y-%m-%d %H:%M:%S}" == last
    assert found.count == (261 if spec.startswith("0 9") else MOST_COUNTED)
    assert found.before_last is not None
    assert table.after(found.before_last) == found.last


@pytest.mark.parametrize("spec", ["* * * * *", "every minute", "*/30 * * * * *", "at 8:15 and 17:30"])
def test_no_more_than_a_thousand_are_caught_up_on(spec: str) -> None:
    table = timetable(spec)
    first = table.after(MONDAY)
    assert first is not None
    reached = table.reached(first, MONDAY + timedelta(days=900))
    since = table.caught_up_from(first, reached)
    left = [since, *(each for each in islice(times(table, since), 1500) if each <= reached.last)]
    assert left[-1] == reached.last
    assert MOST_COUNTED - 5 < len(left) <= MOST_COUNTED + 1
    few = table.reached(first, MONDAY + timedelta(minutes=30))
    assert table.caught_up_from(first, few) == first


# ---- what is said of it


def test_without_a_word_missed_times_have_one_run_and_wait_for_the_one_before() -> None:
    assert policy(None, "UTC") == Policy("once", "queue", 0, None, None)


def test_the_words_are_in_any_letters_and_the_moments_on_the_clock_of_the_zone() -> None:
    given = {
        "misfire": " Skip",
        "overlap": "CANCEL",
        "jitter": "12.6",
        "starts": "tomorrow",
        "ends": "2026-07-01T08:00",
    }
    berlin = policy(MONDAY, "Europe/Berlin", **given)
    assert berlin == Policy(
        "skip", "cancel", 13, datetime(2026, 1, 5, 23, tzinfo=UTC), datetime(2026, 7, 1, 6, tzinfo=UTC)
    )
    exact = policy(None, "Europe/Berlin", ends="2026-07-01T08:00Z", starts=MONDAY)
    assert (exact.starts_at, exact.ends_at) == (MONDAY, datetime(2026, 7, 1, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"misfire": "twice"}, 'MISFIRE is once, skip or all, and "twice" is none of them'),
        ({"overlap": 1}, 'OVERLAP is queue, skip or cancel, and "1" is none of them'),
        ({"jitter": "-1"}, 'JITTER is 0 to 3,600 seconds, and "-1" is not'),
        ({"jitter": MOST_JITTER + 1}, "JITTER is 0 to 3,600 seconds"),
        ({"jitter": "nan"}, "JITTER is 0 to 3,600 seconds"),
        ({"starts": "soon"}, 'STARTS "soon" is no moment'),
        ({"ends": "9999-12-31T23:30-05:00"}, "is no moment"),
        ({"starts": "2027-01-01", "ends": "2026-01-01"}, "this schedule ENDS before it STARTS"),
        ({"misfire": "all", "overlap": "cancel"}, "OVERLAP cancel would take it away"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        policy(MONDAY, "UTC", **given)
    assert refused.value.code == "invalid-schedule"
