"""How people write by when tasks of a priority are due: `high=48h`, `urgent=today`, `low=none`."""

import re
from collections.abc import Mapping

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.sla import TODAY, Sla
from tasktalk.runtime.tasks.statuses import PRIORITIES, priority_of

MOST_HOURS = 10 * 366 * 24
_LENGTH = re.compile(r"(\d{1,6}(?:\.\d{1,3})?) ?(m|min|minutes?|h|hours?|d|days?)?", re.ASCII)
_HOURS = {"m": 1 / 60, "h": 1.0, "d": 24.0}


def read(written: Mapping[str, str]) -> Sla:
    """What people write for priorities: `4h`, `2 days`, `30m`, `today`, or `none`. Refuses `invalid_priority` and
    `invalid_sla`."""
    found: dict[str, float | str] = {}
    for word, length in written.items():
        priority, given = priority_of(word), length.strip().lower()
        if given == "none":
            found.pop(priority, None)
        else:
            found[priority] = TODAY if given == TODAY else _hours(given, priority)
    return {priority: found[priority] for priority in PRIORITIES if priority in found}


def shown(sla: Sla | None) -> dict[str, str]:
    """As people write it."""
    return {name: TODAY if hours == TODAY else f"{float(hours):g}h" for name, hours in (sla or {}).items()}


def _hours(written: str, priority: str) -> float:
    found = _LENGTH.fullmatch(written)
    hours = float(found[1]) * _HOURS[(found[2] or "h")[0]] if found else 0
    if not 0 < hours <= MOST_HOURS:
        raise Refused(
            "invalid_sla", f"expected {priority} to be a time such as 4h, 2d, 30m, today or none, got {written[:40]!r}"
        )
    return hours
