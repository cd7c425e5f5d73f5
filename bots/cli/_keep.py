"""`--keep NAME=DURATION` and TASKTALK_KEEP: how long what is past stays in the database."""

import re
from datetime import timedelta

from tasktalk.bots.cli._settings import Settings
from tasktalk.runtime.retention import TERMS, Keep

_HOURS = {"h": 1, "hours": 1, "hour": 1, "d": 24, "day": 24, "days": 24, "w": 168, "week": 168, "weeks": 168}
_YEAR = 24 * 365
_LENGTHS = {**_HOURS, "y": _YEAR, "year": _YEAR, "years": _YEAR}
_MOST_HOURS = _YEAR * 1000


def _value(name: str, written: str) -> timedelta | None:
    if written.lower() in ("forever", "for ever"):
        return None
    match = re.fullmatch(r"(\d{1,9}) ?([a-z]*)", written.lower(), re.ASCII)
    if match is None or (match[2] not in _LENGTHS and match[1] != "0"):
        raise ValueError(f"expected {name} to be a time such as 30d, 12h, 8w or 1y, or forever, got {written!r}")
    hours = int(match[1]) * _LENGTHS.get(match[2], 0)
    return timedelta(hours=min(hours, _MOST_HOURS))


KEEP = Settings("--keep", "TASKTALK_KEEP", "thing to keep", "sessions=30d", TERMS, _value, Keep)
