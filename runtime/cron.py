"""Cron expressions: what is wrong with one, and its next time in a time zone.

Five fields (minute, hour, day of month, month, day of week) or six, the seconds first. A day of the month may be `L`,
the last one, a day of the week `1#2`, the second Monday, or `5L`, the last Friday. The clock changes are handled
as Debian's cron does: a job at a fixed time runs once a day, at the first moment after the gap where its time does
not exist, at the first of the two where it comes twice; a job whose minute or hour begins with `*` goes by real time.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from croniter import CroniterBadDateError, croniter

_FIELDS = {
    "second": (0, 59, ()),
    "minute": (0, 59, ()),
    "hour": (0, 23, ()),
    "day of the month": (1, 31, ()),
    "month": (1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    "day of the week": (0, 7, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
}
_TERM = re.compile(r"(?:\*|(?P<low>\w+)(?:-(?P<high>\w+))?)(?:/(?P<step>\d+))?", re.ASCII)
_NTH = re.compile(r"(?P<day>\w+)#[1-5]|(?P<last>\d)l", re.ASCII)
_EXPRESSION = re.compile(r"(?:[\d*][\w*,/#-]*\s+){2}[\w*,/#-]+(?:\s+[\w*,/#-]+)+", re.ASCII)
_SAME_ENDS = re.compile(r"\b(\w+)-\1(?:/\d+)?\b", re.ASCII)  # croniter takes 1-1 for the whole week
_LAST = re.compile(r"\b(\d)[lL]\b")  # croniter writes L5
_LAST_YEAR = 9940  # croniter looks half a century ahead
_SECOND = timedelta(seconds=1)


def looks_like_cron(text: str) -> bool:
    """Whether the author must have meant a cron expression, be it right or wrong."""
    return _EXPRESSION.fullmatch(text) is not None


def fault(expression: str) -> str | None:
    """What is wrong with the expression, in the author's words; None when it is good."""
    parts = expression.lower().split()
    if len(parts) not in {5, 6}:
        return f"a cron expression has 5 fields, or 6 with the seconds first, and this has {len(parts)}"
    for (name, (lowest, highest, names)), part in zip(list(_FIELDS.items())[-len(parts) :], parts, strict=True):
        if name == "day of the month" and part == "l":
            continue
        for term in part.split(","):
            if name == "day of the week" and (nth := _NTH.fullmatch(term)):
                day = _number(nth["day"] or nth["last"], lowest, names)
                if day is None or not lowest <= day <= highest:
                    return f'the {name} is {lowest} to {highest}, and "{term}" is not'
                if parts[-3] != "*" or not all(_NTH.fullmatch(other) for other in part.split(",")):
                    return f'"{term}" is for itself: no other day stands beside it'
                continue
            found = _TERM.fullmatch(term)
            if not found:
                return f'the {name} of a cron expression cannot be "{term}"'
            ends = [_number(end, lowest, names) for end in (found["low"], found["high"]) if end is not None]
            if any(end is None or not lowest <= end <= highest for end in ends):
                return f'the {name} is {lowest} to {highest}, and "{term}" is not'
            if len(ends) == 2 and (ends[0] or 0) > (ends[1] or 0):
                return f'the range "{term}" of the {name} ends before it begins'
            if found["step"] is not None and int(found["step"]) == 0:
                return f'the step of "{term}" is nothing'
    try:
        _next_wall(expression, datetime(2000, 1, 1))  # noqa: DTZ001 - the time on the wall
    except CroniterBadDateError:
        return "this date never comes"
    return None


def next_cron(expression: str, after: datetime, zone: ZoneInfo) -> datetime:
    """The first time of a good expression after `after`, in UTC. Raises OverflowError near the end of all years."""
    if after.year >= _LAST_YEAR:
        raise OverflowError(f"there are no times after {after}")
    second_minute_hour = expression.split()[:-3]
    is_fixed = not any(part.startswith("*") for part in second_minute_hour[-2:])
    return (_next_fixed if is_fixed else _next_running)(expression, after.astimezone(UTC), zone)


def _next_fixed(expression: str, after: datetime, zone: ZoneInfo) -> datetime:
    wall = _on_the_wall(after, zone)
    while True:
        wall = _next_wall(expression, wall)
        moment = at_wall(wall, zone)
        if moment > after:
            return moment


def at_wall(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clocks of the zone show this time: the first of two moments, the end of the gap where there is none."""
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if _on_the_wall(moment, zone) != wall:
        # In the gap. Fold 1 reads it by the later offset, so the change lies between the two readings.
        moment = _change(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), moment, zone)
    return moment


def some_before(expression: str, now: datetime, zone: ZoneInfo, count: int) -> datetime:
    """A moment after which a good expression has about so many times until `now`; it is quick, and not exact."""
    times = _iterator(expression, _on_the_wall(now.astimezone(UTC), zone))
    found = now
    for _ in range(count):
        found = times.get_prev()
    return at_wall(found.replace(tzinfo=None), zone)


def _next_running(expression: str, after: datetime, zone: ZoneInfo) -> datetime:
    wall = _on_the_wall(after, zone)
    offset = after.astimezone(zone).utcoffset() or timedelta()
    while True:
        moment = (_next_wall(expression, wall) - offset).replace(tzinfo=UTC)
        found = moment.astimezone(zone).utcoffset() or timedelta()
        if found == offset:
            return moment
        # The clock changes before: look again from the change on, by the new offset.
        after = _change(after, moment, zone)
        wall = _on_the_wall(after, zone) - _SECOND
        offset = after.astimezone(zone).utcoffset() or timedelta()


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first whole second of the new offset, between two moments of which the later has another offset."""
    old = before.astimezone(zone).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def _on_the_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


@lru_cache(maxsize=1024)
def _next_wall(expression: str, after: datetime) -> datetime:
    """The next time on a wall clock that never changes."""
    found: datetime = _iterator(expression, after).get_next()
    return found.replace(tzinfo=None)


def _iterator(expression: str, wall: datetime) -> croniter:
    return croniter(
        _LAST.sub(r"L\1", _SAME_ENDS.sub(r"\1", expression)),
        wall.replace(microsecond=0, tzinfo=UTC),
        ret_type=datetime,
        second_at_beginning=len(expression.split()) == 6,
        implement_cron_bug=True,  # `*/2` in one day field and a day in the other: both must hold, as in every cron
    )


def _number(word: str, lowest: int, names: tuple[str, ...]) -> int | None:
    if word.isdigit():
        return int(word)
    return names.index(word) + lowest if word in names else None
