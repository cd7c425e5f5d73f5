"""Moments as interfaces write them."""

from datetime import datetime


def zulu(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, in whole seconds, with Z."""
    return None if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")
