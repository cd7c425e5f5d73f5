"""Dates and times of day, in digits or in words. All of it is in UTC."""

import re
from datetime import UTC, datetime, timedelta
from threading import Lock

from tasktalk.interpreter.tokens import words
from tasktalk.runtime.answers.kind import Kind
from tasktalk.runtime.answers.phrases import Expected
from tasktalk.runtime.tasks import due
from tasktalk.runtime.time_of_day import CLEAR_HOURS, HOURS, clock

_LONGEST = 60
_LANGUAGES = ["en", "pt", "es", "fr", "de", "it"]
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(?P<first>\d{1,2})(?P<sign>[-/.])(?P<second>\d{1,2})(?P=sign)(?P<year>\d{4})", re.ASCII)
_AT = r"(?:at|às|um|à|a las|alle)"
_A_CLOCK = r"\S+?(?: ?[ap]\.?m\.?| ?uhr| ?o'clock)?"
_DAY_FIRST = re.compile(
    rf"(?:(?P<day>.+?)(?:,| +(?P<at>{_AT}))? +)??(?:(?P<at_first>{_AT}) +)?(?P<time>{_A_CLOCK})", re.IGNORECASE
)
_TIME_FIRST = re.compile(rf"(?:(?P<at>{_AT}) +)?(?P<time>{_A_CLOCK})(?:,| on)? +(?P<day>.+)", re.IGNORECASE)
_AT_ANY = re.compile(rf"(?<!\w){_AT} ", re.IGNORECASE)
_AT_FIRST = re.compile(rf"{_AT} +", re.IGNORECASE)
_MORNING = words("am morning manhã manha madrugada mañana manana matin morgen morgens früh vormittag vormittags")
_AFTERNOON = words(
    "pm afternoon evening tarde noite noche midi après soir nachmittag nachmittags abend abends pomeriggio sera"
)
_WORD = re.compile(r"[^\W\d_]{3,}")

_one_at_a_time = Lock()  # dateparser keeps tables that two threads must not fill at once


def _date(answer: str, now: datetime) -> datetime | None:
    if len(answer) > _LONGEST:
        return None
    day = None if _is_time(answer) else _in_digits(answer) or _in_words(answer, now)
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
    at = clock(answer)
    return f"{at[0]:02}:{at[1]:02}" if at else None


def _moment(answer: str, now: datetime) -> datetime | None:
    if len(answer) > _LONGEST:
        return None
    if "T" in answer.upper() and (exact := due.iso(answer)):
        return exact
    if re.fullmatch(r"in .+ (?:minute|hour)s?", answer, re.IGNORECASE):
        return due.phrase(answer, now)
    if answer.casefold() == "now":
        return now.replace(microsecond=0)
    for form in (_DAY_FIRST, _TIME_FIRST):
        found = form.fullmatch(answer)
        at = clock(found["time"], CLEAR_HOURS if found["at"] else ()) if found else None
        if found is None or at is None:
            continue
        if found["day"] is None:
            return due.next_time(at, now)
        if day := _date(found["day"], now):
            return day + timedelta(hours=at[0], minutes=at[1], seconds=at[2])
    return None


def _is_time(answer: str) -> bool:
    """A time of day and nothing else, as in "at 5pm"."""
    found = _DAY_FIRST.fullmatch(answer)
    return found is not None and found["day"] is None and clock(found["time"]) is not None


def moment(said: str, now: datetime, language: str | None) -> datetime | None:
    """The moment that words mean, at `now` and in this language; a day alone means its beginning. It may take long."""
    said = said.strip()
    if found := due.iso(said) or due.start(said, now):
        return found
    if len(said) > _LONGEST:
        return None
    read = KINDS["DATETIME"].of(said, now, language)
    form = _DAY_FIRST.fullmatch(said)
    has_hour = form is not None and (form["at"] or form["at_first"]) and clock(form["time"], HOURS)
    if read is None and not has_hour:  # "tomorrow at 5" is no day alone
        read = KINDS["DATE"].of(said, now, language)
    return read if isinstance(read, datetime) else None


def _first(answer: str, now: datetime, language: str | None) -> str | None:
    """The day of an answer whose time is missing, as `2026-03-31`, or could be two, as `2026-03-31 at 5`."""
    if len(answer) > _LONGEST:
        return None
    for form in (_DAY_FIRST, _TIME_FIRST):
        found = form.fullmatch(answer)
        if found and found["day"] and found["time"].isdecimal() and clock(found["time"], HOURS):
            day = KINDS["DATE"].of(found["day"], now, language)
            if isinstance(day, datetime) and _AT_ANY.search(answer):
                return f"{day.date().isoformat()} at {int(found['time'])}"
    day = KINDS["DATE"].of(answer, now, language)
    return day.date().isoformat() if isinstance(day, datetime) else None


def _rest(first: str) -> Expected:
    _, _, hour = first.partition(" at ")
    return Expected("half", hour) if hour else Expected("time")


def _whole(first: str, answer: str) -> str | None:
    """The day with the time that was asked for, or with the half of the day in which its hour lies."""
    if len(answer) > _LONGEST:
        return None
    day, _, hour = first.partition(" at ")
    time = _AT_FIRST.sub("", answer)
    if clock(time, HOURS):
        return f"{day} at {time}"
    said = {*re.findall(r"[^\W_]+", answer.casefold().replace(".", ""))}
    hour = hour or next((word for word in said if word.isdecimal()), "")
    if not clock(hour, range(1, 13)) or any(word.isdecimal() and word != hour for word in said):
        return None
    half = "pm" if said & _AFTERNOON else "am" if said & _MORNING else None  # "am Nachmittag" has an "am"
    return f"{day} at {hour}{half}" if half else None


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
    "DATETIME": Kind(
        "moment",
        _moment,
        is_slow=True,
        read_in=_moment_in,
        first=_first,
        rest=_rest,
        whole=_whole,
    ),
}
