"""FORMAT: numbers and dates by a pattern."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, NoReturn

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.function import function
from tasktalk.interpreter.host import Host
from tasktalk.interpreter.library.conversion import to_json
from tasktalk.interpreter.library.numbers import rounded
from tasktalk.interpreter.operations import PATTERN_LIMIT
from tasktalk.interpreter.values import Value, fit, iso_moment, no_date, number, numeral, text, whole

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_DATE_PART = re.compile(r"AM/PM|tt|y{4}|y{2}|m{1,4}|d{1,4}|h{1,2}|n{1,2}|s{1,2}|[^a-z]+|.", re.IGNORECASE | re.DOTALL)
_DATE_SIGN = re.compile(r"yy|(?<![^\W_])(?:m{1,4}|d{1,4}|h{1,2}|n{1,2}|s{1,2})(?![^\W_])", re.IGNORECASE)
_NUMBER_PART = re.compile(r"[#0][#0,]*(?:\.[#0]+)?")
_EXACT = 1e12  # below it, a float has at least three exact places behind the point
_SURE_PLACES = 15  # a float tells no more
_WORDS = {
    "currency": "$#,##0.00",
    "fixed": "0.00",
    "percent": "0.00%",
    "standard": "#,##0.00",
    "date": "YYYY-MM-DD",
    "short date": "YYYY-MM-DD",
    "long date": "dddd, MMMM D, YYYY",
    "time": "HH:mm:ss",
    "short time": "HH:mm",
}


@function("FORMAT", returns="text", methods=("format", "toFixed"), needs_host=True)
def format_value(host: Host, value: Value, pattern: Value = None) -> str:
    """The value as a text by a pattern: `0` and `#` for digits, `YYYY-MM-DD HH:mm` and its kin for dates.

    Letters of a date's pattern may be large or small: `yyyy` or `yy` is the year, `mmmm`, `mmm`, `mm` or `m` the month,
    `dddd` or `ddd` the day of the week, `dd` or `d` that of the month, `hh` the hour, `nn` the minutes, `ss` seconds,
    `AM/PM` the half of the day. `mm` is minutes behind the hour and before the seconds, as in `hh:mm:ss`, and where no
    day or year is in the pattern; only there `MM` is the month.

    `MMMM` and `dddd` are the names of month and day, in the language that SET LANGUAGE has noted for the person.

    Example: FORMAT(1234.5, "#,##0.00") = "1,234.50"
    Example: FORMAT(7, "0000") = "0007"
    Example: FORMAT(0.256, "0%") = "26%"
    Example: FORMAT("2026-07-01T08:05:00Z", "DD/MM/YYYY HH:mm") = "01/07/2026 08:05"
    Example: FORMAT("2026-07-01T08:05:00Z", "d mmm yyyy hh:nn") = "1 Jul 2026 08:05"
    """
    if pattern is None:
        return text(value)
    if (type(value) is int or type(value) is float) and type(pattern) is str:
        shape = _shape(pattern)
        if shape is not None:
            return _number(value, shape)
    wanted = _places(pattern) if isinstance(pattern, int | float) else text(pattern)
    if isinstance(value, datetime):
        return _date(value, _WORDS.get(wanted.lower(), wanted), host.language)
    shape = _shape(wanted)
    if shape is not None and isinstance(value, int | float):
        return _number(value, shape)
    if wanted.upper() == "JSON":
        found: str = to_json.body(value)
        return found
    if isinstance(value, str) and numeral(value) is None:
        date = iso_moment(value)
        if date is not None:
            return _date(date, _WORDS.get(wanted.lower(), wanted), host.language)
    if shape is None and value is not None and _DATE_SIGN.search(_WORDS.get(wanted.lower(), wanted)):
        raise no_date(value)
    return text(value) if shape is None else _number(number(value), shape)


def _places(count: float) -> str:
    """The pattern for so many digits behind the point."""
    places = max(0, min(whole(count), 15))
    return "0." + "0" * places if places else "0"


def _too_long_a_pattern() -> NoReturn:
    raise ScriptError("limit", f"the pattern of FORMAT has at most {PATTERN_LIMIT} characters")


class _Shape(NamedTuple):
    """A number's pattern, read: the text around it, and how many digits it has at least and at most."""

    before: str
    behind: str
    least: int
    groups: bool
    least_behind: int
    most_behind: int
    is_percent: bool
    python: str  # Python's own format for it, where there is one


@lru_cache(maxsize=256)
def _shape(pattern: str) -> _Shape | None:
    """The first run of digit signs is the number, what stands around it is text; `%` counts in hundreds."""
    if len(pattern) > PATTERN_LIMIT:
        _too_long_a_pattern()
    pattern = _WORDS.get(pattern.lower(), pattern)
    found = _NUMBER_PART.search(pattern)
    if found is None:
        return None
    whole, _, fraction = found.group().partition(".")
    is_plain = whole.count("0") == 1 and "#" not in fraction and "%" not in pattern
    return _Shape(
        pattern[: found.start()],
        pattern[found.end() :],
        whole.count("0"),
        "," in whole,
        fraction.count("0"),
        len(fraction),
        "%" in pattern,
        f"{',' if ',' in whole else ''}.{len(fraction)}f" if is_plain else "",
    )


def inline_format(pattern: str) -> tuple[str, str, str] | None:
    """(text before, Python's own format, text behind) for integers below _EXACT; None where it takes more than that."""
    shape = _shape(pattern) if len(pattern) <= PATTERN_LIMIT else None
    return (shape.before, shape.python, shape.behind) if shape is not None and shape.python else None


class _Names(NamedTuple):
    """What months and days are called, January and Monday first."""

    months: Sequence[str]
    short_months: Sequence[str]
    days: Sequence[str]
    short_days: Sequence[str]


_ENGLISH = _Names(_MONTHS, [name[:3] for name in _MONTHS], _DAYS, [name[:3] for name in _DAYS])


@lru_cache(maxsize=32)
def _names(language: str | None) -> _Names:
    if language is None or language.partition("-")[0] == "en":
        return _ENGLISH
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return _ENGLISH
    months, days = locale.months["format"], locale.days["format"]
    return _Names(
        *([months[width][number] for number in range(1, 13)] for width in ("wide", "abbreviated")),
        *([days[width][number] for number in range(7)] for width in ("wide", "abbreviated")),
    )


def _date(value: datetime, pattern: str, language: str | None = None) -> str:
    """The date by a pattern, in which capitals and small letters tell nothing apart but a month from minutes."""
    if len(pattern) > PATTERN_LIMIT:
        _too_long_a_pattern()
    names = _names(language)
    is_half_day = re.search(r"AM/PM|tt", pattern, re.IGNORECASE) is not None
    hour = (value.hour % 12 or 12) if is_half_day else value.hour
    half = "AM" if value.hour < 12 else "PM"
    parts = {
        "yyyy": f"{value.year:04}", "yy": f"{value.year % 100:02}", "mmmm": names.months[value.month - 1],
        "mmm": names.short_months[value.month - 1], "mm": f"{value.month:02}", "m": str(value.month),
        "dddd": names.days[value.weekday()], "ddd": names.short_days[value.weekday()], "dd": f"{value.day:02}",
        "d": str(value.day), "hh": f"{hour:02}", "h": str(hour), "nn": f"{value.minute:02}", "n": str(value.minute),
        "ss": f"{value.second:02}", "s": str(value.second), "am/pm": half, "tt": half,
    }  # fmt: skip
    return "".join(half.lower() if part == "am/pm" else parts.get(part.lower(), part) for part in _parts(pattern))


@lru_cache(maxsize=256)
def _parts(pattern: str) -> tuple[str, ...]:
    """The parts of a date's pattern, minutes always as `n`.

    `m` is minutes next to hours or seconds, else the month; a small one is minutes, too, where no day or year is near.
    """
    parts = _DATE_PART.findall(pattern)
    places = [i for i, part in enumerate(parts) if part.isascii() and part[0].isalpha()]
    has_day = any(part[0] in "ydYD" for part in parts)
    kinds = ["", *(parts[i][0].lower() for i in places), ""]
    for i, before, after in zip(places, kinds, kinds[2:], strict=False):
        part = parts[i]
        if part[0] in "mM" and len(part) < 3 and (before == "h" or after == "s" or (part[0] == "m" and not has_day)):
            parts[i] = "n" * len(part)
    return tuple(parts)


def _number(value: float, shape: _Shape) -> str:
    if (
        shape.python
        and -_EXACT < value < _EXACT
        and (type(value) is int or not _is_near_half(value, shape.most_behind))
    ):
        return f"{shape.before}{value:{shape.python}}{shape.behind}"
    value = fit(number(value))
    if shape.is_percent:
        value = fit(float(Decimal(repr(value)) * 100))
    digits = _rounded(value, shape.most_behind)
    sign = ""
    if digits.startswith("-"):
        digits = digits[1:]
        sign = "-" if digits.strip("0.") else ""
    whole, _, fraction = digits.partition(".")
    if shape.groups and len(whole) > 3:
        whole = f"{int(whole):,}"
    if len(whole) < shape.least:
        whole = whole.zfill(shape.least)
    elif not shape.least and whole == "0":
        whole = ""
    fraction = fraction[: shape.least_behind] + fraction[shape.least_behind :].rstrip("0")
    return f"{shape.before}{sign}{whole}{'.' if fraction else ''}{fraction}{shape.behind}"


def _is_near_half(value: float, places: int) -> bool:
    """Python's rounding may differ from people's, or leave a minus before nothing."""
    return places > _SURE_PLACES or abs(value * 10.0**places % 1 - 0.5) < 1e-5 or -1 < value < 0


def _rounded(value: float, places: int) -> str:
    """The number with exactly so many digits behind the point, halves away from 0 as people round."""
    if isinstance(value, int):
        return f"{value}.{'0' * places}" if places else str(value)
    if abs(value) < _EXACT and not _is_near_half(value, places):
        return f"{value:.{places}f}"
    return f"{rounded(value, places):f}"
