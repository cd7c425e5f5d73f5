"""Times of day as people write them: "14:30", "2:30 pm", "14h30", "9am", "9 Uhr", "noon"."""

import re
from collections.abc import Container

HOURS = range(24)
CLEAR_HOURS = (0, *range(7, 24))
"""The hours that mean one time even alone: "at 5" may be in the morning or in the afternoon."""

_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:h.](?P<minute>\d\d)(?::(?P<second>\d\d))?)?(?P<oclock>h| ?uhr| ?o'clock)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?",
    re.ASCII | re.IGNORECASE,
)
_WORDS = {"noon": (12, 0, 0), "midnight": (0, 0, 0)}


def clock(text: str, alone: Container[int] = ()) -> tuple[int, int, int] | None:
    """Hour, minute and second; None for anything else. A figure alone is a time only if it is one of `alone`."""
    if known := _WORDS.get(text.casefold()):
        return known
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, minute, second = int(found["hour"]), int(found["minute"] or 0), int(found["second"] or 0)
    if not (found["minute"] or found["half"] or found["oclock"] or hour in alone):
        return None
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"] in "pP" else 0)
    return (hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None
