"""When a task is due: dates as people and programs write them, read to a moment.

A day without a time of day means the end of that day; all of it is in UTC.
"""

import re
from calendar import monthrange
from datetime import UTC, datetime, time, timedelta
from difflib import SequenceMatcher

from tasktalk.interpreter.errors import Refused, nearest
from tasktalk.runtime.time_of_day import CLEAR_HOURS, clock

NOT_A_DATE = "Due date must be a date, like 2030-01-31T17:00:00Z"
NOT_A_DATE_OR_PHRASE = (
    'Due date must be a date, seconds from now, or a phrase like "tomorrow", "in 3 days", "monday", "end of month"'
)

_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII | re.IGNORECASE
)
_IN = re.compile(
    r"(?:in )?(?P<count>\d{1,6}|an?) (?P<unit>minute|hour|day|week|month|year)s?(?P<later> from now)?", re.ASCII
)
_AT = re.compile(r"(?:(?P<day>.+?)(?:(?P<at> at)|,)? )?(?P<time>(?:\d|noon|midnight).*)", re.ASCII)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PHRASES = (
    "today", "tonight", "tomorrow", "day after tomorrow", "next week", "next month", "next year", "end of day",
    "end of week", "end of month", "end of year", *_WEEKDAYS, *(f"next {day}" for day in _WEEKDAYS),
)  # fmt: skip
"""The phrases for a date that are always spelled alike."""

_NEARLY = 0.83  # a person's name is less like any of them
_LAST_SECOND = time(23, 59, 59, tzinfo=UTC)
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800}


def iso(text: str) -> datetime | None:
    """The UTC moment, to the second, that an ISO 8601 text names; without a zone it is UTC; None when it is not one."""
    if not _ISO.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None


def phrase(text: str, now: datetime) -> datetime | None:
    """The moment that an English phrase means at `now`; None when it is not a phrase for a date."""
    words = " ".join(text.lower().split())
    if found := _IN.fullmatch(words):
        # "3 days" alone is a length of time, not yet a date.
        if not (words.startswith("in ") or found["later"]):
            return None
        return _later(now, 1 if found["count"].startswith("a") else int(found["count"]), found["unit"])
    if day := _day(words, now):
        return day
    found = _AT.fullmatch(words.removeprefix("at "))
    if found is None:
        return None
    is_hour_enough = found["at"] or words.startswith("at ")
    at = clock(found["time"], CLEAR_HOURS if is_hour_enough else ())
    if at is None:
        return None
    if found["day"] is None:
        return next_time(at, now)
    day = _day(found["day"], now)
    return day.replace(hour=at[0], minute=at[1], second=at[2]) if day else None


def next_time(at: tuple[int, int, int], now: datetime) -> datetime:
    """The next moment at which clocks show this hour, minute and second: today, or tomorrow if it has passed."""
    today = now.astimezone(UTC).replace(hour=at[0], minute=at[1], second=at[2], microsecond=0)
    return today if today > now else today + timedelta(days=1)


def start(text: str, now: datetime) -> datetime | None:
    """As `phrase`, but a day without a time of day means its beginning; "end of …" stays an end."""
    moment = phrase(text, now)
    is_day = _day(" ".join(text.lower().split()), now) is not None
    if moment is None or not is_day or text.strip().lower().startswith(("end", "tonight")):
        return moment
    return moment.replace(hour=0, minute=0, second=0)


def read(value: object, now: datetime) -> datetime | None:
    """The moment that a script's value means: a date, ISO text or a phrase. None when it is nothing of the kind."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(microsecond=0)
    if isinstance(value, str):
        return iso(value.strip()) or phrase(value, now)
    return None


def required(value: object, now: datetime) -> datetime:
    """As `read`, and a number is seconds from now; raises Refused `invalid_due_date` for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return (now + timedelta(seconds=value)).replace(microsecond=0)
        except (OverflowError, ValueError):
            raise Refused("invalid_due_date", "Due date is too far away") from None
    moment = read(value, now)
    if moment is None:
        raise (refusal(value) if isinstance(value, str) else None) or Refused("invalid_due_date", NOT_A_DATE_OR_PHRASE)
    return moment


def misspelt(text: str) -> str | None:
    """The phrase for a date that a text is nearly, and is not; None for one that is nothing of the kind."""
    words = " ".join(text.lower().split())
    found = nearest(words, PHRASES) if len(words) > 5 else None
    return found if found and SequenceMatcher(None, words, found).ratio() >= _NEARLY else None


def refusal(text: str) -> Refused | None:
    """What to say of a text that is nearly a phrase for a date; None for any other."""
    meant = misspelt(text)
    if meant is None:
        return None
    return Refused("invalid_due_date", f'"{text[:40]}" is no due date', f'did you mean "{meant}"?')


def in_future(moment: datetime, now: datetime) -> datetime:
    """The moment; raises Refused `invalid_due_date` unless it is later than now."""
    if moment <= now:
        raise Refused("invalid_due_date", "Due date must be in the future")
    return moment


def _later(now: datetime, count: int, unit: str) -> datetime | None:
    try:
        if unit in _SECONDS:
            return (now + timedelta(seconds=count * _SECONDS[unit])).replace(microsecond=0)
        months = now.month - 1 + count * (12 if unit == "year" else 1)
        year, month = now.year + months // 12, months % 12 + 1
        return now.replace(year=year, month=month, day=min(now.day, monthrange(year, month)[1]), microsecond=0)
    except (OverflowError, ValueError):
        return None


def _day(words: str, now: datetime) -> datetime | None:
    today = datetime.combine(now.astimezone(UTC).date(), _LAST_SECOND)
    named = words.removeprefix("next ").removeprefix("on ").removeprefix("this ")
    if named in _WEEKDAYS:
        ahead = (_WEEKDAYS.index(named) - today.weekday()) % 7 or 7
        return today + timedelta(days=ahead)
    match words:
        case "today" | "tonight" | "end of day" | "end of the day":
            return today
        case "tomorrow":
            return today + timedelta(days=1)
        case "day after tomorrow" | "the day after tomorrow":
            return today + timedelta(days=2)
        case "next week":
            return today + timedelta(days=7)
        case "next month":
            return _later(today, 1, "month")
        case "next year":
            return _later(today, 1, "year")
        case "end of week" | "end of the week":
            return today + timedelta(days=6 - today.weekday())
        case "end of month" | "end of the month":
            return today.replace(day=monthrange(today.year, today.month)[1])
        case "end of year" | "end of the year":
            return today.replace(month=12, day=31)
    return None
