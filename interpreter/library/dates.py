"""Functions on dates. Dates are moments in UTC; units of time are in seconds."""

import calendar
from datetime import UTC, datetime, timedelta

from tasktalk.interpreter.errors import ScriptError
from tasktalk.interpreter.function import function
from tasktalk.interpreter.host import Host
from tasktalk.interpreter.operations import later, seconds_between
from tasktalk.interpreter.values import Value, moment, number, text, whole

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_SHORT = {
    "s": "second", "sec": "second", "n": "minute", "mi": "minute", "min": "minute", "h": "hour", "d": "day",
    "w": "week", "ww": "week", "m": "month", "q": "quarter", "y": "year", "yyyy": "year",
}  # fmt: skip


def unit_of(value: Value) -> str | None:
    """The unit that a word names, singular or plural, or None."""
    if not isinstance(value, str):
        return None
    word = value.strip().lower()
    word = _SHORT.get(word, word)
    word = word if word in _SECONDS or word in _MONTHS else word.removesuffix("s")
    return word if word in _SECONDS or word in _MONTHS else None


def _unit(value: Value) -> str:
    found = unit_of(value)
    if found is None:
        raise ScriptError("invalid-unit", f"'{text(value)[:40]}' is not a unit of time", hint="such as days or hours")
    return found


@function("NOW", returns="date", needs_host=True, is_pure=False)
def now(host: Host) -> datetime:
    """This moment.

    Example: NOW() > "2020-01-01"
    """
    return host.now().astimezone(UTC)


@function("TODAY", "DATE", returns="date", needs_host=True, is_pure=False)
def today(host: Host) -> datetime:
    """This day at midnight.

    Example: HOUR(TODAY()) = 0
    """
    return host.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@function("SECONDS", returns="number")
def seconds(count: Value) -> int | float:
    """So many seconds, to be added to a date.

    Example: SECONDS(30) = 30
    """
    return number(count)


@function("MINUTES", returns="number")
def minutes(count: Value) -> int | float:
    """So many minutes in seconds, to be added to a date.

    Example: MINUTES(2) = 120
    """
    return number(count) * 60


@function("HOURS", returns="number")
def hours(count: Value) -> int | float:
    """So many hours in seconds, to be added to a date.

    Example: HOURS(2) = 7200
    """
    return number(count) * 3600


@function("DAYS", returns="number")
def days(count: Value) -> int | float:
    """So many days in seconds, to be added to a date.

    Example: DAYS(1) = 86400
    """
    return number(count) * 86400


@function("WEEKS", returns="number")
def weeks(count: Value) -> int | float:
    """So many weeks in seconds, to be added to a date.

    Example: WEEKS(1) = 604800
    """
    return number(count) * 7 * 86400


@function("YEAR", returns="integer", methods=("year",))
def year(date: Value) -> int:
    """The year of a date.

    Example: YEAR("2026-07-01") = 2026
    """
    return moment(date).year


@function("MONTH", returns="integer", methods=("month",))
def month(date: Value) -> int:
    """The month of a date, 1 to 12.

    Example: MONTH("2026-07-01") = 7
    """
    return moment(date).month


@function("DAY", returns="integer", methods=("day",))
def day(date: Value) -> int:
    """The day of the month of a date.

    Example: DAY("2026-07-31") = 31
    """
    return moment(date).day


@function("HOUR", returns="integer", methods=("hour",))
def hour(date: Value) -> int:
    """The hour of a date, 0 to 23.

    Example: HOUR("2026-07-01T08:30:00Z") = 8
    """
    return moment(date).hour


@function("MINUTE", returns="integer", methods=("minute",))
def minute(date: Value) -> int:
    """The minute of a date.

    Example: MINUTE("2026-07-01T08:30:00Z") = 30
    """
    return moment(date).minute


@function("SECOND", returns="integer", methods=("second",))
def second(date: Value) -> int:
    """The second of a date.

    Example: SECOND("2026-07-01T08:30:15Z") = 15
    """
    return moment(date).second


@function("WEEKDAY", returns="integer", methods=("weekday",))
def weekday(date: Value) -> int:
    """The day of the week of a date: 1 is Sunday, 7 is Saturday.

    Example: WEEKDAY("2026-07-01") = 4
    """
    return moment(date).isoweekday() % 7 + 1


@function("DATEVALUE", "CDATE", "TODATE", returns="date")
def to_date(value: Value) -> datetime:
    """The date that an ISO 8601 text spells.

    Example: YEAR(DATEVALUE("2026-07-01")) = 2026
    """
    return moment(value)


@function("DATEADD", returns="date")
def date_add(first: Value, second: Value, third: Value) -> datetime:
    """A date moved on by so many units; date, number and unit may come in the three orders that are in use.

    Example: DATEADD("2026-01-31", 1, "month") = "2026-02-28"
    Example: DATEADD("day", 2, "2026-01-01") = "2026-01-03"
    """
    if unit_of(first) is not None:
        unit, count, date = first, second, third
    elif unit_of(second) is not None:
        date, unit, count = first, second, third
    else:
        date, count, unit = first, second, third
    start, word, steps = moment(date), _unit(unit), number(count)
    if word in _SECONDS:
        return later(start, steps * _SECONDS[word])
    return _add_months(start, whole(steps) * _MONTHS[word])


def _add_months(start: datetime, months: int) -> datetime:
    """The same day some months on; the last day of the month where that is shorter."""
    at = start.year * 12 + start.month - 1 + months
    if not 12 <= at < 10000 * 12:
        raise ScriptError("range", "the date is out of range")
    year, month = at // 12, at % 12 + 1
    return start.replace(year=year, month=month, day=min(start.day, calendar.monthrange(year, month)[1]))


@function("DATEDIFF", "DAYS_BETWEEN", returns="number")
def date_difference(first: Value, second: Value, third: Value = None) -> int | float:
    """How many whole units lie between two dates, the second less the first; days unless a unit is given.

    Example: DATEDIFF("2026-01-01", "2026-01-31") = 30
    Example: DATEDIFF("hour", "2026-01-01T00:00:00Z", "2026-01-01T05:59:00Z") = 5
    """
    if third is None:
        start, end, word = moment(first), moment(second), "day"
    elif unit_of(first) is not None:
        start, end, word = moment(second), moment(third), _unit(first)
    else:
        start, end, word = moment(first), moment(second), _unit(third)
    if word in _SECONDS:
        return int(seconds_between(start, end) / _SECONDS[word])
    sign = 1 if end >= start else -1
    low, high = min(start, end), max(start, end)
    months = (high.year - low.year) * 12 + high.month - low.month
    if months and _add_months(low, months) > high:
        months -= 1
    return sign * (months // _MONTHS[word])


@function("ENDOFDAY", returns="date")
def end_of_day(date: Value) -> datetime:
    """The last second of the day of a date.

    Example: HOUR(ENDOFDAY("2026-07-01")) = 23
    """
    start = moment(date).replace(hour=0, minute=0, second=0, microsecond=0)
    return start + timedelta(days=1, seconds=-1)
