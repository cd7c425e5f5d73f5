"""Times in plain words: "every 5 minutes", "weekdays at 8am", "every monday and thursday at 10:30"."""

import re

from tasktalk.runtime.time_of_day import HOURS, clock

_ORDINALS = {"first": "#1", "second": "#2", "third": "#3", "fourth": "#4", "last": "l"}
_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_INTERVALS = {"quarterhourly": 900, "halfhourly": 1800, "hourly": 3600, "daily": 86400, "weekly": 604800}
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_DAY_SETS = {"daily": "*", "day": "*", "weekday": "1-5", "weekend": "0,6"}

_EVERY = re.compile(r"every (?:(?P<count>\d+) )?(?P<unit>second|minute|hour|day|week)s?")
_BETWEEN = re.compile(
    r"(?:(?P<hourly>hourly)|every (?:(?P<count>\d+) )?(?P<unit>minute|hour)s?)"
    r"(?P<days>.*?) (?:from|between) (?P<first>\S+) (?:to|and|until) (?P<last>\S+)(?P<more>.*)"
)
_AT = re.compile(r"(?:(?P<days>.+?) )?at (?P<times>.+)|(?P<all>.+?) (?P<each>(?:\d|noon|midnight).*)")
_MONTHLY = re.compile(
    r"(?:monthly|every month|(?:(?:(?:monthly|every month) )?on (?:the )?|every )(?P<day>\d{1,2})(?:st|nd|rd|th)"
    r"(?: of (?:every|each|the) month)?)(?: at (?P<times>.+))?"
)
_NTH_DAY = re.compile(
    r"(?=.*month)(?:(?:monthly|every month) on |on |every )?(?:the )?"
    r"(?P<which>first|second|third|fourth|last) (?P<day>\w+)"
    r"(?: of (?:every|each|the) month)?(?: at (?P<times>.+))?"
)
_EVERY_MONTHS = re.compile(r"every (?:(?P<count>\d+) )?(?P<unit>month|quarter|year)s?")


def months(text: str) -> int | None:
    """The months of "monthly", "every 3 months", "every year" and their kin; None for other words."""
    words = _plain(text)
    if words in _MONTHS:
        return _MONTHS[words]
    found = _EVERY_MONTHS.fullmatch(words)
    return int(found["count"] or 1) * {"month": 1, "quarter": 3, "year": 12}[found["unit"]] if found else None


def interval(text: str) -> int | None:
    """The seconds of "every 5 minutes", "hourly" and their kin; None for other words."""
    words = _plain(text)
    if words in _INTERVALS:
        return _INTERVALS[words]
    found = _EVERY.fullmatch(words)
    return int(found["count"] or 1) * _UNITS[found["unit"]] if found else None


def crons(text: str) -> tuple[str, ...] | None:
    """The cron expressions that together mean what the words say; None when they are not understood."""
    words = _plain(text)
    if found := _BETWEEN.fullmatch(words):
        return _between(found)
    if found := _MONTHLY.fullmatch(words):
        times = _times(found["times"] or "midnight")
        return tuple(f"{minute} {hour} {int(found['day'] or 1)} * *" for hour, minute in times) if times else None
    if (found := _NTH_DAY.fullmatch(words)) and (day := _nth_day(found["which"], found["day"])):
        times = _times(found["times"] or "midnight")
        return tuple(f"{minute} {hour} {day}" for hour, minute in times) if times else None
    if found := _AT.fullmatch(words):
        days, times = _days(found["days"] or found["all"] or "daily"), _times(found["times"] or found["each"])
        return tuple(f"{minute} {hour} * * {days}" for hour, minute in times) if times and days else None
    return None


def is_day(text: str) -> bool:
    """Whether the words name days and no time of day: "mondays", "every weekday"."""
    return _days(_plain(text)) is not None


def _between(found: re.Match[str]) -> tuple[str, ...] | None:
    first, last = _times(found["first"]), _times(found["last"])
    days = _days((found["days"] + found["more"]).strip() or "daily")
    count = int(found["count"] or 1)
    if not (first and last and days) or first[0] > last[0] or first[0][1] or last[0][1]:
        return None
    start, end = first[0][0], last[0][0]
    if found["unit"] == "minute":
        if count == 0 or 60 % count:
            return None
        steps = f"*/{count} {start}-{end - 1} * * {days}" if end > start else None
        return tuple(filter(None, (steps, f"0 {end} * * {days}")))
    return (f"0 {start}-{end}/{count} * * {days}",) if 0 < count < 24 else None


def _nth_day(which: str, day: str) -> str | None:
    """The last three fields for "first monday" and "last day"."""
    if day == "day":
        return {"first": "1 * *", "last": "l * *"}.get(which)
    number = _days(day) if day in _DAYS else None
    return number and f"* * {number}{_ORDINALS[which]}"


def _days(words: str) -> str | None:
    """The day-of-week field for "weekdays", "every monday and thursday" …"""
    words = re.sub(r"^(?:weekly )?(?:every|on|each) ", "", words)
    if (known := _DAY_SETS.get(words.removesuffix("s"))) or (known := _DAY_SETS.get(words)):
        return known
    numbers = []
    for word in re.split(r" and |, ?| ", words):
        singular = word.removesuffix("s") if word.endswith("days") else word
        matches = [n for n, day in enumerate(_DAYS) if singular in {day, day[:3]}]
        if not matches:
            return None
        numbers += matches
    return ",".join(map(str, sorted(set(numbers))))


def _times(words: str) -> list[tuple[int, int]] | None:
    """Hours and minutes of "8am", "8:15 and 17:30", "noon"."""
    times = []
    for word in re.split(r" and |, ?", words.strip()):
        found = clock(word, HOURS)
        if found is None or found[2]:
            return None
        times.append(found[:2])
    return times


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.strip().rstrip(".").lower()).replace("o'clock", "").strip()
