"""ChatBotKit: schedules as they are written, and the times that they mean (CBK-16 to CBK-43)."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tasktalk.bots.dialects.chatbotkit import javascript_dates, schedules
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.schedules import next_time
from tests.bots.dialects.chatbotkit.conftest import DAY, HOUR, MINUTE, NOW, Kit, ms

CREATED = ms(2025, 6, 1)
ROOT = Path(__file__).parents[4]


async def test_cbk_16_to_21_and_39_intervals_count_from_the_making(kit: Kit) -> None:
    for word, after in [
        ("quarterhourly", 15 * MINUTE),
        ("halfhourly", 30 * MINUTE),
        ("hourly", HOUR),
        ("daily", DAY),
        ("weekly", 7 * DAY),
        ("monthly", 30 * DAY),
    ]:
        found = await kit.fetch(await kit.made(schedule=word))
        assert (found["schedule"], found["nextRunAt"]) == (word, CREATED + after)


async def test_cbk_22_never_has_no_next_time(kit: Kit) -> None:
    found = await kit.fetch(await kit.made(schedule="never"))
    assert (found["schedule"], found["nextRunAt"]) == ("never", None)


BAD_WORDS = ["Daily", "DAILY", " daily", "daily ", "Never", "every 5 minutes", "fortnightly", "weekdays at 8am"]
BAD_CRONS = ["60 * * * *", "* * * *", "0 0 9 * * *", "@daily", "0 9 * * 8", "5-1 * * * *", "*/0 * * * *", "0 0 30 2 *"]
BAD_DATES = [
    "tomorrow",
    "25/12/2025",
    "",
    "2025-13-01",
    "2025-02-30",
    "Feb 30, 2025",
    "2025-12-25T25:00",
    "2025-12-25T10:00+99:00",
    "next friday",
    "10:00",
    "2025-12-25T10:00:00Zulu",
    "9" * 5000,
    "0 " * 5000,
    "\x00",
    "Dec 25, 2025 10:00 10:00",
]


async def test_cbk_23_and_33_and_36_and_43_what_is_no_schedule_is_refused_at_once(kit: Kit) -> None:
    task_id = await kit.made(name="Report", schedule="daily")
    before = await kit.fetch(task_id)
    for schedule in (*BAD_WORDS, *BAD_CRONS, *BAD_DATES, 5, True, [], {}, ["daily"]):
        for answer in (await kit.create(schedule=schedule), await kit.update(task_id, name="x", schedule=schedule)):
            assert (answer.status, answer.body["code"]) == (400, "BAD_REQUEST"), (schedule, answer)
            assert "schedule" in answer.body["message"]
    assert await kit.fetch(task_id) == before
    assert await kit.names() == ["Report"]


def times(schedule: str, count: int, start: datetime, timezone: str = "UTC") -> list[datetime]:
    spec, found, anchor = schedules.read(schedule, timezone), start, start
    listed = []
    for _ in range(count):
        upcoming = next_time(spec, found, timezone, anchor)
        assert upcoming is not None
        found = upcoming
        listed.append(found)
    return listed


def test_cbk_24_a_thousand_quarters_of_an_hour_do_not_drift() -> None:
    assert times("quarterhourly", 1000, NOW)[-1] == NOW + 1000 * timedelta(minutes=15)


def test_cbk_25_a_month_that_is_shorter_has_its_last_day() -> None:
    start = datetime(2025, 1, 31, 12, tzinfo=UTC)
    found = times("monthly", 5, start)
    assert [(moment.month, moment.day, moment.hour) for moment in found] == [
        (2, 28, 12),
        (3, 31, 12),
        (4, 30, 12),
        (5, 31, 12),
        (6, 30, 12),
    ]


def test_cbk_25_a_day_is_24_hours_in_utc() -> None:
    found = times("daily", 400, datetime(2025, 1, 1, tzinfo=UTC), "Europe/Berlin")
    assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(days=1)}


async def test_cbk_26_to_32_and_39_cron_means_what_it_means_everywhere(kit: Kit) -> None:
    for cron, expected in [
        ("0 9 * * *", ["06-01 09:00", "06-02 09:00", "06-03 09:00", "06-04 09:00", "06-05 09:00"]),
        ("0 0 * * 0", ["06-08 00:00", "06-15 00:00", "06-22 00:00", "06-29 00:00", "07-06 00:00"]),
        ("0 9 * * 1-5", ["06-02 09:00", "06-03 09:00", "06-04 09:00", "06-05 09:00", "06-06 09:00"]),
        ("0 0 1 * *", ["07-01 00:00", "08-01 00:00", "09-01 00:00", "10-01 00:00", "11-01 00:00"]),
        ("30 14 * * 1,3,5", ["06-02 14:30", "06-04 14:30", "06-06 14:30", "06-09 14:30", "06-11 14:30"]),
        ("*/15 * * * *", ["06-01 00:15", "06-01 00:30", "06-01 00:45", "06-01 01:00", "06-01 01:15"]),
        ("0-30/10 5 * * *", ["06-01 05:00", "06-01 05:10", "06-01 05:20", "06-01 05:30", "06-02 05:00"]),
        ("0 0 * * 7", ["06-08 00:00", "06-15 00:00", "06-22 00:00", "06-29 00:00", "07-06 00:00"]),
        ("0 0 * Jul MON", ["07-07 00:00", "07-14 00:00", "07-21 00:00", "07-28 00:00", "07-06 00:00"]),
        ("0 0 13 * 5", ["06-06 00:00", "06-13 00:00", "06-20 00:00", "06-27 00:00", "07-04 00:00"]),
    ]:
        found = times(cron, 5, NOW)
        assert [f"{moment:%m-%d %H:%M}" for moment in found] == expected
        shown = await kit.fetch(await kit.made(schedule=cron))
        assert (shown["schedule"], shown["nextRunAt"]) == (cron, round(found[0].timestamp() * 1000))


async def test_cbk_34_to_36_and_38_and_39_a_date_is_the_one_time(kit: Kit) -> None:
    for date, moment in [
        ("2025-12-25T10:00:00.000Z", ms(2025, 12, 25, 10)),
        ("2025-12-25T10:00:00.125Z", ms(2025, 12, 25, 10) + 125),
        ("2025-12-25T12:00:00+02:00", ms(2025, 12, 25, 10)),
        ("Wed, 25 Dec 2025 10:00:00 GMT", ms(2025, 12, 25, 10)),
        ("Thu, 25 Dec 2025 10:00:00 GMT", ms(2025, 12, 25, 10)),
        ("2025-12-25", ms(2025, 12, 25)),
        ("Dec 25, 2025", ms(2025, 12, 25)),
        ("25 Dec 2025 10:00 UTC", ms(2025, 12, 25, 10)),
        ("2025-12-25T10:00", ms(2025, 12, 25, 10)),
        ("12/25/2025", ms(2025, 12, 25)),
        ("2025/12/25 10:30", ms(2025, 12, 25, 10, 30)),
        ("December 25, 2025 10:30 PM", ms(2025, 12, 25, 22, 30)),
        ("Thu Dec 25 2025 12:00:00 GMT+0200 (Eastern European Standard Time)", ms(2025, 12, 25, 10)),
        ("Dec 25 2025 5:00 EST", ms(2025, 12, 25, 10)),
    ]:
        found = await kit.fetch(await kit.made(schedule=date))
        assert (found["schedule"], found["nextRunAt"]) == (date, moment)
        at = datetime.fromtimestamp(moment / 1000, UTC)
        assert next_time(schedules.read(date, "UTC"), at) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-12", "2025-12-01T00:00:00+00:00"),
        ("2025", "2025-01-01T00:00:00+00:00"),
        ("Dec 2025", "2025-12-01T00:00:00+00:00"),
        ("1 Jan 70", "1970-01-01T00:00:00+00:00"),
        ("2025-12-25T24:00:00Z", "2025-12-26T00:00:00+00:00"),
        ("12 am", None),
        ("Jan 1, 2025 12:00 AM", "2025-01-01T00:00:00+00:00"),
        ("Jan 1, 2025 12:00 PM", "2025-01-01T12:00:00+00:00"),
        ("Jan 1, 2025 13:00 PM", None),
        ("Jan Feb 1 2025", None),
        ("1 2 3 Jan 2025", None),
        ("2025-01-01 2025-01-02", None),
        ("2025-01-01 Jan", None),
        ("+0200", None),
        ("Jan 1 2025 +0200", None),
        ("Jan 1 2025 10:00 +0200 +0300", None),
        ("Jan 1 2025 10:00 UTC EST", None),
        ("9999-12-31T23:59-10:00", None),
        ("0000-01-01", None),
        ("Jan 1 2025 UTC!", None),
        ("Jan 1 (2025", None),
    ],
)
def test_cbk_36_more_dates_as_javascript_reads_them(text: str, expected: str | None) -> None:
    found = javascript_dates.moment(text)
    assert (found and found.isoformat()) == expected


async def test_cbk_37_five_fields_are_cron_and_no_date(kit: Kit) -> None:
    assert (await kit.fetch(await kit.made(schedule="0 9 * * *")))["nextRunAt"] == ms(2025, 6, 1, 9)
    assert (await kit.fetch(await kit.made(schedule="5 10 1 1 1")))["nextRunAt"] == ms(2026, 1, 1, 10, 5)


async def test_cbk_40_a_date_that_has_passed_is_taken_and_never_comes(kit: Kit) -> None:
    for date in ["2024-12-25T10:00:00.000Z", "2025-06-01", "Dec 25, 1999"]:
        found = await kit.fetch(await kit.made(schedule=date))
        assert (found["schedule"], found["nextRunAt"]) == (date, None)


@pytest.mark.parametrize("timezone", ["America/New_York", "Asia/Kathmandu"])
def test_cbk_41_the_servers_own_zone_does_not_count(timezone: str) -> None:
    code = (
        "from datetime import UTC, datetime\n"
        "from tasktalk.bots.dialects.chatbotkit import schedules\n"
        "from tasktalk.runtime.schedules import next_time\n"
        "now = datetime(2025, 6, 1, tzinfo=UTC)\n"
        "for word in ('daily', '0 9 * * *', 'Dec 25, 2025', '2025-12-25T10:00', 'monthly'):\n"
        "    print(next_time(schedules.read(word, 'UTC'), now).isoformat())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "TZ": timezone, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [
        "2025-06-02T00:00:00+00:00",
        "2025-06-01T09:00:00+00:00",
        "2025-12-25T00:00:00+00:00",
        "2025-12-25T10:00:00+00:00",
        "2025-07-01T00:00:00+00:00",
    ]


async def test_cbk_42_cron_and_dates_are_read_in_the_zone(kit: Kit) -> None:
    for schedule, moment in [
        ("0 9 * * *", datetime(2025, 6, 1, 9, tzinfo=ZoneInfo("America/New_York"))),
        ("2025-12-25", datetime(2025, 12, 25, tzinfo=ZoneInfo("America/New_York"))),
        ("Dec 25, 2025 10:00", datetime(2025, 12, 25, 10, tzinfo=ZoneInfo("America/New_York"))),
        ("2025-12-25T10:00:00.000Z", datetime(2025, 12, 25, 10, tzinfo=UTC)),
        ("daily", NOW + timedelta(days=1)),
    ]:
        found = await kit.fetch(await kit.made(schedule=schedule, timezone="America/New_York"))
        assert (found["timezone"], found["nextRunAt"]) == ("America/New_York", round(moment.timestamp() * 1000))


async def test_cbk_42_another_zone_reads_the_words_anew(kit: Kit) -> None:
    task_id = await kit.made(schedule="2025-12-25")
    found = await kit.updated(task_id, timezone="Asia/Tokyo")
    assert (found["schedule"], found["nextRunAt"]) == ("2025-12-25", ms(2025, 12, 24, 15))
    assert (await kit.updated(task_id, timezone=None))["nextRunAt"] == ms(2025, 12, 25)


async def test_cbk_42_and_43_an_unknown_zone_is_refused(kit: Kit) -> None:
    for timezone in ["Europe/Atlantis", "", "../etc/passwd", 5, [], "\x00", "x" * 5000, "/etc/localtime"]:
        answer = await kit.create(schedule="daily", timezone=timezone)
        assert (answer.status, answer.body["code"]) == (400, "BAD_REQUEST")
        assert answer.body["message"].startswith("timezone ")
        assert len(answer.body["message"]) < 250
        assert await kit.names() == []


@pytest.mark.usefixtures("all_dialects")
async def test_a_schedule_of_another_interface_stays_as_it_is(kit: Kit, clock: VirtualClock) -> None:
    from tests.bots.dialects.conftest import Api

    task_id = (await Api(kit.client, kit.token).create(bot="support", schedule="every 5 minutes")).body["task_id"]
    assert (await kit.fetch(task_id))["schedule"] == "every 5 minutes"
    mine = task_id.replace("tsk_", "task_")
    assert (await kit.updated(mine, schedule="every 5 minutes"))["schedule"] == "every 5 minutes"
    found = await kit.updated(mine, timezone="Asia/Tokyo")
    assert (found["schedule"], found["timezone"]) == ("every 5 minutes", "Asia/Tokyo")
