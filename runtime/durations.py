"""Lengths of time as scripts give them: a number, and the unit that is named."""

from datetime import timedelta

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.values import Value

_LONGEST = timedelta(days=366 * 100)


def length(
    keyword: str, count: Value, *, minutes: bool = False, hours: bool = False, days: bool = False, weeks: bool = False
) -> timedelta:
    """So many seconds, or of the unit that is true. Refuses `invalid-duration` past a hundred years."""
    units = ((minutes, 60), (hours, 3600), (days, 86400), (weeks, 7 * 86400))
    seconds = values.number(count) * next((unit for is_named, unit in units if is_named), 1)
    if seconds > _LONGEST.total_seconds():
        raise Refused("invalid-duration", f"{keyword} can wait for a hundred years at most")
    return timedelta(seconds=max(seconds, -1))
