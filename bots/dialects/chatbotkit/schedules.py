"""Schedules as ChatBotKit writes them: a word, a cron expression of five fields, or a date. In this order they are
looked for, because JavaScript takes `0 9 * * *` for a date, too.
"""

from datetime import UTC
from typing import Final

from tasktalk.bots.dialects.chatbotkit import javascript_dates
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.cron import fault
from tasktalk.runtime.schedules import parse, zone_named

NEVER: Final = "never"
WORDS: Final = ("quarterhourly", "halfhourly", "hourly", "daily", "weekly", "monthly", NEVER)

_HINT: Final = (
    f"expected one of {', '.join(WORDS)}, a cron expression of five fields such as 0 9 * * 1-5, "
    "or a date such as 2030-12-25T10:00:00.000Z"
)


def read(value: object, timezone: str, *, is_any: bool = False) -> str:
    """What a schedule is called inside; where `is_any`, it may be one as other interfaces write it, too.

    Raises Refused `invalid_schedule`, and `invalid_timezone` for an unknown one.
    """
    zone = zone_named(timezone)
    if not isinstance(value, str):
        raise Refused("invalid_schedule", f"schedule must be a text: {_HINT}")
    if value in WORDS:
        return value
    wrong = None
    if len(value) <= javascript_dates.LONGEST and len(value.split()) == 5:
        wrong = fault(value)
        if wrong is None:
            return " ".join(value.split())
    moment = javascript_dates.moment(value, zone)
    if moment is not None:
        return moment.astimezone(UTC).isoformat()
    if is_any:
        parse(value, timezone)
        return value
    told = f": {wrong}" if wrong else ""
    hint = f"write {value.lower()}" if value.lower() in WORDS else _HINT
    raise Refused("invalid_schedule", f"this is no schedule: {value[:100]!r}{told}; {hint}")
