"""Moments as interfaces write and read them in texts."""

from datetime import datetime

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks import due


def time(moment: datetime | None) -> str | None:
    """A moment in UTC, in whole seconds, with Z."""
    return None if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def due_date(value: object) -> datetime | None:
    """The moment that a due date in a request names. Refuses `invalid_due_date`."""
    if value is None:
        return None
    moment = due.iso(value) if isinstance(value, str) else None
    if moment is None:
        raise Refused("invalid_due_date", due.NOT_A_DATE)
    return moment
