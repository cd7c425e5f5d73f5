"""Lengths of time as scripts give them: a number, and the unit that is named."""

import re
from collections.abc import Mapping
from datetime import timedelta

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.values import Value

_SECONDS: Mapping[str, int] = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400, "WEEK": 7 * 86400}
_WRITTEN = re.compile(
    r"(?P<count>\d{1,9}(?:\.\d{1,9})?) (?P<unit>(?:second|minute|hour|day|week)s?)", re.IGNORECASE | re.ASCII
)
_LONGEST = timedelta(days=366 * 100)

UNIT = f"[unit:{'|'.join(f'{unit}|{unit}S' for unit in _SECONDS)}]"
"""The part of a keyword's pattern that names the unit."""


def hours(keyword: str, count: Value, unit: Value = None) -> float:
    """So many hours: of the unit, hours where none is named; "2 days" names it itself. Refuses as `length` does."""
    is_worded = isinstance(count, str) and values.numeral(count) is None
    return length(keyword, count, unit if is_worded else unit or "HOURS").total_seconds() / 3600


def length(keyword: str, count: Value, unit: Value = None) -> timedelta:
    """So many of the unit, seconds where none is named; "5 minutes" names it itself.

    Refuses `wrong-type` for what is no length of time, and `invalid-duration` past a hundred years.
    """
    if isinstance(count, str) and unit is None and (written := _WRITTEN.fullmatch(count.strip())):
        count, unit = written["count"], written["unit"].upper()
    if isinstance(count, str) and values.numeral(count) is None:
        hint = 'write a number and a unit, such as 5 MINUTES; to wait for a moment there is WAIT UNTIL "tomorrow"'
        raise Refused("wrong-type", f'"{count[:40]}" is no length of time', hint)
    seconds = values.number(count) * _SECONDS[values.text(unit or "SECOND").removesuffix("S")]
    if seconds > _LONGEST.total_seconds():
        raise Refused("invalid-duration", f"{keyword} can wait for a hundred years at most")
    return timedelta(seconds=max(seconds, -1))
