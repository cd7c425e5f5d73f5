"""The words for how a task stands and how urgent it is, the same for every way in.

What the task interfaces call these is theirs; only the plain words that scripts use are here.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from tasktalk.interpreter.errors import Refused

Status: TypeAlias = Literal[
    "pending", "in_progress", "waiting", "needs_help", "needs_review", "completed", "failed", "cancelled"
]
Priority: TypeAlias = Literal["low", "medium", "high", "urgent"]

STATUSES: tuple[Status, ...] = get_args(Status)
PRIORITIES: tuple[Priority, ...] = get_args(Priority)  # least urgent first
TERMINAL: frozenset[Status] = frozenset({"completed", "failed", "cancelled"})

PLAIN: Mapping[Status, str] = {
    "pending": "pending",
    "in_progress": "in_progress",
    "waiting": "in_progress",
    "needs_help": "in_progress",
    "needs_review": "in_progress",
    "completed": "completed",
    "failed": "cancelled",
    "cancelled": "cancelled",
}
"""The word that a script is given for each status."""


def status_of(word: object) -> Status:
    """The status that is spelled so; raises Refused `invalid_status` with the statuses there are."""
    for status in STATUSES:
        if word == status:
            return status
    raise Refused("invalid_status", f"Status must be one of: {', '.join(STATUSES)}")


def status_word(written: str) -> str:
    """What a script writes for a status, in the statuses' own spelling: "In Progress" is in_progress."""
    return written.strip().lower().replace(" ", "_")


def priority_of(word: object) -> Priority:
    """The priority that is spelled so, in any case, `critical` meaning urgent; raises Refused `invalid_priority`."""
    lower = word.strip().lower() if isinstance(word, str) else ""
    for priority in PRIORITIES:
        if lower == priority:
            return priority
    if lower == "critical":
        return "urgent"
    raise Refused(
        "invalid_priority", f"Priority must be one of: {', '.join(PRIORITIES)} (or critical, the same as urgent)"
    )
