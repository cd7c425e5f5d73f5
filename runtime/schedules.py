"""When something runs by itself: what a schedule's words mean and when its next time is. It keeps no state."""

import re
from calendar import month_name, monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo, available_timezones

from tasktalk.interpreter.errors import Refused, nearest
from tasktalk.runtime.cron import at_wall, fault, looks_like_cron, next_cron, some_before
from tasktalk.runtime.plain_times import crons, interval, is_day, months
from tasktalk.runtime.tasks import due

HINT = 'good ones: "every 5 minutes", "weekdays at 8am", "every monday at 10:30", "0 9 * * 1-5", "2030-12-24T18:00"'

NEVER = "never"
LONGEST = 200  # characters
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Interval:
    """Every so many seconds, counted from one moment."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Months:
    """Every so many months, counted from one moment: on its day, or the last one of a month that is shorter."""

    count: int


@dataclass(frozen=True, slots=True)
class Cron:
    """At the times of any of the expressions."""

    expressions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Once:
    """At one moment, in UTC."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Never:
    """At no time: what it is for runs when somebody asks for it."""


Spec: TypeAlias = Interval | Months | Cron | Once | Never


def next_time(spec: str, after: datetime, timezone: str = "UTC", anchor: datetime | None = None) -> datetime | None:
    """The first time after `after`, in UTC; None when it never comes (again).

    Intervals and months count from `anchor`, which is a time itself; without it, from `after`. Raises Refused
    `invalid-schedule` or `invalid-timezone`.
    """
    zone = zone_named(timezone)
    start = (anchor or after).astimezone(UTC)
    try:
        match parse(spec, timezone):
            case Interval(seconds):
                pause = timedelta(seconds=seconds)
                return start + max(0, (after - start) // pause + 1) * pause
            case Months(count):
                return _month(start, count, after, zone)
            case Cron(expressions):
                return min(next_cron(expression, after, zone) for expression in expressions)
            case Once(at):
                return at if at > after else None
            case Never():
                return None
    except OverflowError:
        return None  # past the year 9999


def _month(start: datetime, count: int, after: datetime, zone: ZoneInfo) -> datetime:
    first, now = start.astimezone(zone), after.astimezone(zone)
    number = max(0, (12 * (now.year - first.year) + now.month - first.month) // count - 1)
    while True:
        year, month = divmod(12 * first.year + first.month - 1 + number * count, 12)
        if year > MAXYEAR:
            raise OverflowError
        day = min(first.day, monthrange(year, month + 1)[1])
        found = at_wall(first.replace(tzinfo=None, fold=0, year=year, month=month + 1, day=day), zone)
        if found > after:
            return found
        number += 1


@lru_cache(maxsize=1024)
def parse(spec: str, timezone: str = "UTC") -> Spec:
    """What a schedule's words mean. Raises Refused `invalid-schedule` or `invalid-timezone`."""
    zone = zone_named(timezone)
    text = spec.strip()
    if len(text) > LONGEST:
        raise Refused(
            "invalid-schedule", f"a schedule has at most {LONGEST} characters, and this has {len(text):,}", HINT
        )
    if text.lower() == NEVER:
        return Never()
    seconds = interval(text)
    if seconds is not None:
        if not 0 < seconds <= 366 * 86400:
            raise Refused("invalid-schedule", f'"{text}" is no time between a second and a year', HINT)
        return Interval(seconds)
    count = months(text)
    if count is not None:
        if not 0 < count <= 120:
            raise Refused("invalid-schedule", f'"{text}" is no time between a month and ten years', HINT)
        return Months(count)
    expressions = crons(text)
    if expressions is None and looks_like_cron(text):
        expressions = (text.lower(),)
    if expressions is not None:
        for expression in expressions:
            if wrong := fault(expression):
                raise Refused("invalid-schedule", f'"{text}" is no schedule: {wrong}', HINT)
        return Cron(expressions)
    if (moment := _moment(text, zone)) is not None:
        return Once(moment)
    hint = 'say at what time, as in "weekdays at 8am"' if is_day(text) else HINT
    if not is_day(text) and due.start(text, _ANY_TIME) is not None:
        hint = f"such words move on, so they are for inside IF, a loop or a SUB; {HINT}"
    wrong = _impossible(text)
    raise Refused("invalid-schedule", f'"{text}" is no schedule{wrong and ": "}{wrong}', hint)


def some_times_before(spec: str, now: datetime, timezone: str, count: int) -> datetime:
    """A moment after which a schedule without a count of its own has no more than about so many times until `now`."""
    match parse(spec, timezone):
        case Cron(expressions):
            zone = zone_named(timezone)
            share = -(-count // len(expressions))
            return max(some_before(expression, now, zone, share) for expression in expressions)
        case _:
            return now - timedelta.resolution


def dated(words: str, now: datetime, timezone: str) -> str:
    """The words of a schedule; those for one moment, such as "tomorrow at 9", as the date that they mean now."""
    zone = zone_named(timezone)
    try:
        parse(words, timezone)
    except Refused:
        moment = due.start(words, now.astimezone(zone).replace(tzinfo=UTC))
        if moment is None:
            raise
        return moment.replace(tzinfo=zone).isoformat()
    return words


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The time zone. Raises Refused `invalid-timezone`."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        near = _known_as(name) or nearest(name, available_timezones())
        way_out = f'did you mean "{near}"?' if near else "write it like Europe/Berlin or UTC"
        raise Refused("invalid-timezone", f'there is no time zone "{name[:100]}"', way_out) from None


def _known_as(name: str) -> str | None:
    """The zone that is called so but for upper and lower case, as a whole or by its place alone."""
    wanted = name.strip().replace(" ", "_").casefold()
    zones = sorted(available_timezones(), key=lambda zone: (zone.count("/"), zone))
    return next((zone for zone in zones if wanted in (zone.casefold(), zone.rpartition("/")[2].casefold())), None)


def _impossible(text: str) -> str:
    """Why a date that is written like one is none; empty for other words."""
    if not (found := _DATE.match(text)):
        return ""
    year, month, day = map(int, found.groups())
    if not year or not 1 <= month <= 12:
        return "there is no such month"
    days = monthrange(year, month)[1]
    return "" if 1 <= day <= days else f"{month_name[month]} {year} has {days} days"


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(), zone).astimezone(UTC)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
