"""Whether a call comes from whom it says, and lately."""

import hmac
from datetime import datetime, timedelta
from typing import Final

from tasktalk.bots.api.problems import Problem

WINDOW: Final = timedelta(minutes=5)
"""How long ago a call may have been signed, where its time is."""


def demand_same(given: str, right: str, what: str) -> None:
    """Raises Problem `unauthorized` unless both are the same, in a time that does not tell how much of it is."""
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), right.encode()):
        raise Problem("unauthorized", f"The {what} is not right")


def demand_recent(at: str, now: datetime) -> None:
    """Raises Problem `unauthorized` unless a call was signed, by its time in seconds since 1970, within WINDOW."""
    is_number = at.isascii() and at.isdigit() and len(at) < 16
    if not is_number or abs(now.timestamp() - int(at)) > WINDOW.total_seconds():
        raise Problem("unauthorized", "The call was not signed within the last five minutes")
