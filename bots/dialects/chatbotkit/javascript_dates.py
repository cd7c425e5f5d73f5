"""Dates as JavaScript reads them: ISO 8601, and the words and figures of RFC 2822 in nearly any order.

Where JavaScript is lenient about what is no date (30 February is 2 March to it), this is not.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

_ISO = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?"
    r"(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)
_TOKEN = re.compile(
    r"(?P<time>\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?)"
    r"|(?P<ymd>\d{4}[/-]\d{1,2}[/-]\d{1,2})"
    r"|(?P<mdy>\d{1,2}[/-]\d{1,2}[/-](?:\d{4}|\d\d))"
    r"|(?P<offset>[+-]\d\d:?\d\d)"
    r"|(?P<number>\d+)"
    r"|(?P<word>[A-Za-z]+)\.?",
    re.ASCII,
)
_BETWEEN = re.compile(r"(?:[\s,]|\([^()]*\))*")
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ZONES: Final = dict.fromkeys(("z", "ut", "utc", "gmt"), 0) | {
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
LONGEST: Final = 100


class _NoDateError(ValueError):
    """What was read is no date."""


def moment(text: str, zone: tzinfo = UTC) -> datetime | None:
    """The moment that a date means, in UTC; `zone` is where it has none of its own. None for what is no date."""
    if len(text) > LONGEST:
        return None
    try:
        found = _iso(text, zone) or _Words(zone).read(text)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _iso(text: str, zone: tzinfo) -> datetime | None:
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    return _made(
        (int(year), int(month or 1), int(day or 1)),
        (int(hour or 0), int(minute or 0), int(second or 0), _microseconds(fraction)),
        zone if offset is None else _offset(offset),
    )


class _Words:
    """Reads a date token by token, each kind of which may come once."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone: tzinfo = zone
        self._has_zone = False
        self._date: tuple[int, int, int] | None = None
        self._month: int | None = None
        self._numbers: list[str] = []
        self._time: tuple[int, int, int, int] | None = None
        self._half: str | None = None

    def read(self, text: str) -> datetime:
        """The moment. Raises ValueError where the text is no date."""
        place = _end_of(_BETWEEN, text, 0)
        while place < len(text):
            token = _TOKEN.match(text, place)
            if token is None or token.lastgroup is None:
                raise _NoDateError
            getattr(self, f"_read_{token.lastgroup}")(token[token.lastgroup])
            place = _end_of(_BETWEEN, text, token.end())
        return self._moment()

    def _read_time(self, text: str) -> None:
        clock, _, fraction = text.partition(".")
        hour, minute, second = [*map(int, clock.split(":")), 0][:3]
        if self._time is not None:
            raise _NoDateError
        self._time = (hour, minute, second, _microseconds(fraction))

    def _read_ymd(self, text: str) -> None:
        year, month, day = map(int, re.split("[/-]", text))
        self._set_date(year, month, day)

    def _read_mdy(self, text: str) -> None:
        month, day, year = re.split("[/-]", text)
        self._set_date(_year(year), int(month), int(day))

    def _set_date(self, year: int, month: int, day: int) -> None:
        if self._date is not None:
            raise _NoDateError
        self._date = (year, month, day)

    def _read_offset(self, text: str) -> None:
        if self._time is None or (self._has_zone and self._zone.utcoffset(None) != timedelta()):
            raise _NoDateError
        self._zone, self._has_zone = _offset(text), True

    def _read_number(self, text: str) -> None:
        self._numbers.append(text)

    def _read_word(self, text: str) -> None:
        word = text.lower()
        if word in _ZONES and not self._has_zone:
            self._zone, self._has_zone = timezone(timedelta(hours=_ZONES[word])), True
        elif word in {"am", "pm"} and self._half is None and self._time is not None:
            self._half = word
        elif (month := _named(word, _MONTHS)) is not None and self._month is None:
            self._month = month
        elif _named(word, _DAYS) is None:  # a wrong day of the week is passed over
            raise _NoDateError

    def _moment(self) -> datetime:
        date = self._date
        if date is None and self._month is not None and len(self._numbers) == 2:
            day, year = self._numbers if len(self._numbers[0]) <= 2 else reversed(self._numbers)
            date = (_year(year), self._month, int(day))
        elif date is None and self._month is not None and len(self._numbers) == 1 and len(self._numbers[0]) == 4:
            date = (int(self._numbers[0]), self._month, 1)
        elif date is None or self._month is not None or self._numbers:
            raise _NoDateError
        hour, minute, second, fraction = self._time or (0, 0, 0, 0)
        if self._half is not None:
            if not 1 <= hour <= 12:
                raise _NoDateError
            hour = hour % 12 + (12 if self._half == "pm" else 0)
        return _made(date, (hour, minute, second, fraction), self._zone)


def _made(date: tuple[int, int, int], time: tuple[int, int, int, int], zone: tzinfo) -> datetime:
    hour, minute, second, fraction = time
    is_end_of_day = (hour, minute, second, fraction) == (24, 0, 0, 0)
    day = datetime(*date, 0 if is_end_of_day else hour, minute, second, fraction, tzinfo=zone)
    return day + timedelta(days=1) if is_end_of_day else day


def _named(word: str, names: tuple[str, ...]) -> int | None:
    """Which of the names begins with the word, from 1; at least three letters are needed."""
    found = [number for number, name in enumerate(names, 1) if len(word) >= 3 and name.startswith(word)]
    return found[0] if found else None


def _year(text: str) -> int:
    if len(text) > 2:
        return int(text)
    return int(text) + (2000 if int(text) < 50 else 1900)


def _microseconds(fraction: str | None) -> int:
    return int((fraction or "0").ljust(3, "0")[:3]) * 1000  # JavaScript counts milliseconds


def _offset(text: str) -> tzinfo:
    if text in {"Z", "z"}:
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 23 or minutes > 59:
        raise _NoDateError
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1))


def _end_of(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return start if found is None else found.end()
