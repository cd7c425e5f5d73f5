"""Dates and times of day, in digits or in words. All of it is in UTC."""

import re
from datetime import UTC, datetime, timedelta
from threading import Lock

from tasktalk.runtime.answers.kind import Kind
from tasktalk.runtime.tasks import due

_LONGEST = 60
_LANGUAGES = ["en", "pt", "es", "fr", "de", "it"]
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(?P<first>\d{1,2})(?P<sign>[-/.])(?P<second>\d{1,2})(?P=sign)(?P<year>\d{4})", re.ASCII)
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:h.](?P<minute>\d\d)(?::(?P<second>\d\d))?)?(?P<oclock>h)?(?: ?(?P<half>[ap])\.?m\.?)?",
    re.ASCII | re.IGNORECASE,
)
_MOMENT = re.compile(r"(?P<day>.+?)(?:,| at| às| um| à| a las)? +(?P<time>\S+(?: ?[ap]\.?m\.?)?)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")

_one_at_a_time = Lock()  # dateparser keeps tables that two threads must not fill at once


def _date(answer: str, now: datetime) -> datetime | None:
    if len(answer) > _LONGEST:
        return None
    day = _in_digits(answer) or _in_words(answer, now)
    return _midnight(day) if day else None


def _date_in(answer: str, now: datetime, language: str) -> datetime | None:
    """As `_date`, and where day and month could be each other, the language tells: only Americans begin with months."""
    return _date(_day_first(answer, language), now)


def _moment_in(answer: str, now: datetime, language: str) -> datetime | None:
    day, blank, time = answer.partition(" ")
    return _moment(_day_first(day, language) + blank + time, now)


def _day_first(answer: str, language: str) -> str:
    """31/3/2026 with its year first, if it is such a date and the language says what stands where."""
    found = _YEAR_LAST.fullmatch(answer)
    if not found or found["sign"] == "." or language == "en":
        return answer
    first, second = found["first"], found["second"]
    month, day = (first, second) if language == "en-US" else (second, first)
    return f"{found['year']}-{month}-{day}" if int(month) <= 12 else answer


def _in_digits(answer: str) -> datetime | None:
    """`2026-03-31`, `31.03.2026`, `31/3/2026`; none where day and month could be each other, as in 03/04/2026."""
    if found := _YEAR_FIRST.fullmatch(answer):
        return _day(found["year"], found["month"], found["day"])
    if not (found := _YEAR_LAST.fullmatch(answer)):
        return None
    first, second, year = found["first"], found["second"], found["year"]
    if found["sign"] == "." or int(first) > 12 or first == second:
        return _day(year, second, first)  # with dots everybody writes the day first
    return _day(year, first, second) if int(second) > 12 else None


def _in_words(answer: str, now: datetime) -> datetime | None:
    """`tomorrow`, `next friday`, `31 March`, `amanhã`, `31 de março`."""
    if answer.casefold() == "yesterday":
        return now - timedelta(days=1)
    if known := due.phrase(answer, now):
        return known
    if not _WORD.search(answer):
        return None
    import dateparser

    settings = {
        "RELATIVE_BASE": now.astimezone(UTC).replace(tzinfo=None),
        "TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "REQUIRE_PARTS": ["day", "month"],
        "PREFER_DATES_FROM": "future",
        "PARSERS": ["relative-time", "absolute-time"],
    }
    with _one_at_a_time:
        found: datetime | None = dateparser.parse(answer, languages=_LANGUAGES, settings=settings)
    return found


def _time(answer: str, now: datetime) -> str | None:
    clock = _clock(answer)
    return f"{clock[0]:02}:{clock[1]:02}" if clock else None


def _clock(answer: str) -> tuple[int, int, int] | None:
    """Hour, minute and second of `14:30`, `2:30 pm`, `14h30`, `9am`, `noon`."""
    word = answer.casefold()
    if word in {"noon", "midnight"}:
        return (12 if word == "noon" else 0, 0, 0)
    found = _TIME.fullmatch(answer)
    if not found or not (found["minute"] or found["half"] or found["oclock"]):
        return None
    hour, minute, second = int(found["hour"]), int(found["minute"] or 0), int(found["second"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"] in "pP" else 0)
    return (hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _moment(answer: str, now: datetime) -> datetime | None:
    if len(answer) > _LONGEST:
        return None
    if "T" in answer.upper() and (exact := due.iso(answer)):
        return exact
    if re.fullmatch(r"in .+ (?:minute|hour)s?", answer, re.IGNORECASE):
        return due.phrase(answer, now)
    if answer.casefold() == "now":
        return now.replace(microsecond=0)
    for words in (answer, re.sub(r" (?=[ap]\.?m\.?$)", "", answer, flags=re.IGNORECASE)):
        found = _MOMENT.fullmatch(words)
        clock = _clock(found["time"]) if found else None
        day = _date(found["day"], now) if found and clock else None
        if day and clock:
            return day + timedelta(hours=clock[0], minutes=clock[1], seconds=clock[2])
    return None


def _day(year: str, month: str, day: str) -> datetime | None:
    try:
        return datetime(int(year), int(month), int(day), tzinfo=UTC)
    except ValueError:
        return None


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


_A_TIME = Kind("time", _time)

KINDS: dict[str, Kind] = {
    "DATE": Kind("date", _date, is_slow=True, read_in=_date_in),
    "TIME": _A_TIME,
    "HOUR": _A_TIME,
    "DATETIME": Kind("moment", _moment, is_slow=True, read_in=_moment_in),
}
