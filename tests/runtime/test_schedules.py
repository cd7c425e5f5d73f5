"""When a schedule is due: the words, the grid, the clock changes, and what is refused."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.cron import fault
from tasktalk.runtime.schedules import Cron, Interval, Months, Once, next_time, parse

MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
BERLIN = "Europe/Berlin"


def times(spec: str, after: datetime, count: int, timezone: str = "UTC") -> list[str]:
    """The next times, as the wall clock of the zone shows them."""
    found = []
    for _ in range(count):
        upcoming = next_time(spec, after, timezone)
        if upcoming is None:
            break
        after = upcoming
        found.append(upcoming.astimezone(ZoneInfo(timezone)).strftime("%a %d.%m. %H:%M:%S"))
    return found


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("every 5 minutes", Interval(300)),
        ("Every 2 Hours", Interval(7200)),
        ("every 30 seconds", Interval(30)),
        ("every minute", Interval(60)),
        ("hourly", Interval(3600)),
        ("daily", Interval(86400)),
        ("weekly", Interval(604800)),
        ("weekdays at 8am", Cron(("0 8 * * 1-5",))),
        ("every monday 9:00", Cron(("0 9 * * 1",))),
        ("daily at 9", Cron(("0 9 * * *",))),
        ("quarterhourly", Interval(900)),
        ("halfhourly", Interval(1800)),
        ("monthly", Months(1)),
        ("every month", Months(1)),
        ("every 2 months", Months(2)),
        ("quarterly", Months(3)),
        ("every year", Months(12)),
        ("monthly at 9", Cron(("0 9 1 * *",))),
        ("first monday of the month at 9", Cron(("0 9 * * 1#1",))),
        ("every month on the third friday at 17:30", Cron(("30 17 * * 5#3",))),
        ("on the last friday of every month", Cron(("0 0 * * 5l",))),
        ("last day of the month at noon", Cron(("0 12 l * *",))),
        ("every month on the 1st", Cron(("0 0 1 * *",))),
        ("every 15th of the month at 9:30", Cron(("30 9 15 * *",))),
        ("daily at 09:00", Cron(("0 9 * * *",))),
        ("every day at 8am", Cron(("0 8 * * *",))),
        ("every monday at 10:30", Cron(("30 10 * * 1",))),
        ("mondays and thursdays at 9", Cron(("0 9 * * 1,4",))),
        ("every tue, wed at 7:15pm", Cron(("15 19 * * 2,3",))),
        ("every weekday at 17:30.", Cron(("30 17 * * 1-5",))),
        ("weekends at noon", Cron(("0 12 * * 0,6",))),
        ("daily at 12am", Cron(("0 0 * * *",))),
        ("at 8:15 and 17:30", Cron(("15 8 * * *", "30 17 * * *"))),
        ("on the 31st at 9", Cron(("0 9 31 * *",))),
        ("monthly on the 1st at 9am", Cron(("0 9 1 * *",))),
        ("every hour from 9 to 17", Cron(("0 9-17/1 * * *",))),
        ("every 15 minutes from 9am to 5pm on weekdays", Cron(("*/15 9-16 * * 1-5", "0 17 * * 1-5"))),
        ("0 9 * * 1-5", Cron(("0 9 * * 1-5",))),
        ("*/10 * * * * *", Cron(("*/10 * * * * *",))),
        ("0 9 * jan MON", Cron(("0 9 * jan mon",))),
        ("2026-12-24T18:00", Once(datetime(2026, 12, 24, 18, 0, tzinfo=UTC))),
        ("2026-12-24 18:00+01:00", Once(datetime(2026, 12, 24, 17, 0, tzinfo=UTC))),
        ("2026-12-24", Once(datetime(2026, 12, 24, tzinfo=UTC))),
    ],
)
def test_what_the_words_mean(words: str, meaning: object) -> None:
    assert parse(words) == meaning


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ("", "is no schedule"),
        ("tomorrow", "is no schedule"),
        ("weekdays", "is no schedule"),
        ("every blue moon", "is no schedule"),
        ("every 2 days at 8am", "is no schedule"),
        ("every second monday", "is no schedule"),  # of a month, or each fortnight?
        ("second day of the month", "is no schedule"),
        ("every 0 months", "is no time between a month and ten years"),
        ("every 121 months", "is no time between a month and ten years"),
        ("0 9 * * 1#6", 'cannot be "1#6"'),
        ("0 9 * * 8#1", "the day of the week is 0 to 7"),
        ("0 9 13 * 1#2", "is for itself: no other day stands beside it"),
        ("0 9 * * 1#2,5", "is for itself: no other day stands beside it"),
        ("0 9 13,l * *", 'the day of the month is 1 to 31, and "l" is not'),
        ("daily at 25:00", "is no schedule"),
        ("daily at 13pm", "is no schedule"),
        ("@daily", "is no schedule"),
        ("25/12/2026", "is no schedule"),
        ("2026-02-30", "is no schedule: February 2026 has 28 days"),
        ("2028-02-30T08:00", "is no schedule: February 2028 has 29 days"),
        ("2026-13-01", "is no schedule: there is no such month"),
        ("2026-02-28T25:00", "is no schedule$"),
        ("9999-12-31T23:59:59-12:00", "is no schedule$"),
        ("0001-01-01T00:00:00+12:00", "is no schedule$"),
        ("every 0 minutes", "is no time between a second and a year"),
        ("every 99999999999 weeks", "is no time between a second and a year"),
        ("* * * *", "has 5 fields, or 6 with the seconds first, and this has 4"),
        ("* * * * * * *", "and this has 7"),
        ("60 * * * *", 'the minute is 0 to 59, and "60" is not'),
        ("0 24 * * *", "the hour is 0 to 23"),
        ("0 0 0 * *", "the day of the month is 1 to 31"),
        ("0 9 * * 8", "the day of the week is 0 to 7"),
        ("0 9 * foo *", "the month is 1 to 12"),
        ("5-1 * * * *", 'the range "5-1" of the minute ends before it begins'),
        ("*/0 * * * *", "the step"),
        ("1,,2 * * * *", 'cannot be ""'),
        ("0 0 30 2 *", "this date never comes"),
        ("monthly on the 32nd at 9", 'the day of the month is 1 to 31, and "32" is not'),
        ("1st and 15th of every month at 9", "is no schedule$"),  # words, of which no field of cron is to be told
        (f"every {'9' * 5000} minutes", "a schedule has at most 200 characters, and this has 5,014"),
    ],
)
def test_what_is_no_schedule_is_refused_with_good_examples(bad: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence.replace("(", r"\(")) as refused:
        next_time(bad, MONDAY)
    assert refused.value.code == "invalid-schedule"
    assert '"weekdays at 8am"' in (refused.value.hint or "")


def test_a_slip_in_a_time_zone_is_told_with_what_was_meant() -> None:
    with pytest.raises(Refused, match='there is no time zone "Europe/Berln"') as refused:
        next_time("hourly", MONDAY, "Europe/Berln")
    assert (refused.value.code, refused.value.hint) == ("invalid-timezone", 'did you mean "Europe/Berlin"?')
    for written, meant in (
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
    ):
        with pytest.raises(Refused) as refused:
            next_time("hourly", MONDAY, written)
        assert refused.value.hint == f'did you mean "{meant}"?'
    with pytest.raises(Refused) as refused:
        next_time("hourly", MONDAY, "Mars/Base")
    assert refused.value.hint == "write it like Europe/Berlin or UTC"


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", "\0"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(Refused, match="there is no time zone") as refused:
        next_time("daily at 9:00", MONDAY, zone)
    assert refused.value.code == "invalid-timezone"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("0 9 * * *", ["Tue 06.01. 09:00:00", "Wed 07.01. 09:00:00"]),
        ("0 0 * * 0", ["Sun 11.01. 00:00:00", "Sun 18.01. 00:00:00"]),
        ("0 9 * * 1-5", ["Tue 06.01. 09:00:00", "Wed 07.01. 09:00:00"]),
        ("0 0 1 * *", ["Sun 01.02. 00:00:00", "Sun 01.03. 00:00:00"]),
        ("30 14 * * 1,3,5", ["Mon 05.01. 14:30:00", "Wed 07.01. 14:30:00"]),
        ("0 0 13 * 5", ["Fri 09.01. 00:00:00", "Tue 13.01. 00:00:00"]),  # either day
        ("15 */30 * * * *", ["Mon 05.01. 09:00:15", "Mon 05.01. 09:30:15"]),
        ("every 90 minutes", ["Mon 05.01. 10:30:00", "Mon 05.01. 12:00:00"]),
        ("2026-01-06", ["Tue 06.01. 00:00:00"]),
        ("2026-01-05T09:00:00Z", []),
    ],
)
def test_the_next_times(spec: str, expected: list[str]) -> None:
    assert times(spec, MONDAY, 2) == expected


def test_words_are_on_the_wall_clock_of_the_zone() -> None:
    assert next_time("weekdays at 8am", MONDAY, BERLIN) == datetime(2026, 1, 6, 7, 0, tzinfo=UTC)
    assert next_time("weekdays at 8am", datetime(2026, 7, 6, 9, 0, tzinfo=UTC), BERLIN) == datetime(
        2026, 7, 7, 6, 0, tzinfo=UTC
    )


# ---- the clock changes: in Berlin 02:00 to 03:00 on 29 March 2026, 03:00 to 02:00 on 25 October


def test_a_fixed_time_that_comes_twice_fires_at_the_first() -> None:
    before = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    assert times("30 2 * * *", before, 2, BERLIN) == ["Sun 25.10. 02:30:00", "Mon 26.10. 02:30:00"]
    assert next_time("30 2 * * *", before, BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_in_the_second_of_two_equal_hours_a_fixed_time_is_over() -> None:
    second = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # the second 02:15
    assert times("30 2 * * *", second, 1, BERLIN) == ["Mon 26.10. 02:30:00"]


def test_a_fixed_time_that_does_not_exist_fires_after_the_gap() -> None:
    before = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    assert times("30 2 * * *", before, 2, BERLIN) == ["Sun 29.03. 03:00:00", "Mon 30.03. 02:30:00"]


def test_every_hour_is_every_hour_also_when_the_clock_changes() -> None:
    autumn = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    assert times("0 * * * *", autumn, 3, BERLIN) == [
        "Sun 25.10. 02:00:00",
        "Sun 25.10. 02:00:00",
        "Sun 25.10. 03:00:00",
    ]
    spring = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert times("*/30 * * * *", spring, 2, BERLIN) == ["Sun 29.03. 03:00:00", "Sun 29.03. 03:30:00"]


def test_a_change_by_half_an_hour() -> None:
    before = datetime(2026, 4, 4, 14, 55, tzinfo=UTC)  # at 15:00 the clock of Lord Howe goes back from 02:00 to 01:30
    assert times("*/20 * * * *", before, 3, "Australia/Lord_Howe") == [
        "Sun 05.04. 01:40:00", "Sun 05.04. 02:00:00", "Sun 05.04. 02:20:00"
    ]  # fmt: skip
    assert times("45 1 * * *", datetime(2026, 4, 4, 14, 0, tzinfo=UTC), 2, "Australia/Lord_Howe") == [
        "Sun 05.04. 01:45:00", "Mon 06.04. 01:45:00"
    ]  # fmt: skip


def test_an_interval_knows_no_clock_changes() -> None:
    before = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert next_time("daily", before, BERLIN) == before + timedelta(days=1)


# ---- against a second implementation


def field(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    pair = st.tuples(number, number).map(sorted)
    step = st.integers(1, 30)
    return st.one_of(
        st.just("*"),
        number.map(str),
        st.builds(lambda n: f"*/{n}", step),
        st.builds(lambda p: f"{p[0]}-{p[1]}", pair),
        # cronsim reads 5-5/10 as 5/10
        st.builds(lambda p, n: f"{p[0]}-{p[1]}/{n}", pair.filter(lambda p: p[0] != p[1]), step),
        st.lists(number, min_size=2, max_size=4, unique=True).map(lambda numbers: ",".join(map(str, numbers))),
    )


FIVE = st.tuples(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7)).map(" ".join)
SIX = st.tuples(field(0, 59), FIVE).map(" ".join)
# Not Lord Howe, whose clock changes by half an hour: there cronsim leaves out 00:00 of `* 0 * * *`.
ZONES = st.sampled_from([BERLIN, "America/New_York", "Australia/Sydney", "Asia/Kathmandu", "America/Sao_Paulo", "UTC"])
CHANGES = [datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1), datetime(2026, 3, 8, 7), datetime(2026, 4, 4, 15)]  # noqa: DTZ001
MOMENTS = st.one_of(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - made aware below
    st.builds(lambda at, s: at + timedelta(seconds=s), st.sampled_from(CHANGES), st.integers(-200_000, 20_000)),
).map(lambda moment: moment.replace(microsecond=0, tzinfo=UTC))


def agree(spec: str, after: datetime, zone: str) -> None:
    oracle = CronSim(spec, after.astimezone(ZoneInfo(zone)))
    # Started within the hour that comes twice, it begins with times that have passed.
    expected = [moment.astimezone(UTC) for moment in islice(oracle, 5) if moment.astimezone(UTC) > after]
    found = []
    for _ in expected:
        upcoming = next_time(spec, after, zone)
        assert upcoming is not None
        after = upcoming
        found.append(upcoming)
    assert found == expected


@settings(max_examples=300, deadline=None)
@given(FIVE, MOMENTS, ZONES)
@example("30 2 * * *", datetime(2026, 10, 25, 0, 45, tzinfo=UTC), BERLIN)
@example("15,45 2 * * *", datetime(2026, 3, 28, 12, tzinfo=UTC), BERLIN)
def test_cron_agrees_with_cronsim(spec: str, after: datetime, zone: str) -> None:
    if fault(spec) is None:
        agree(spec, after, zone)


@settings(max_examples=100, deadline=None)
@given(SIX, MOMENTS)
def test_cron_with_seconds_agrees_with_cronsim(spec: str, after: datetime) -> None:
    if fault(spec) is None:
        agree(spec, after, "UTC")
