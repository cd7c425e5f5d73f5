"""How the status of a task may go on, which is stricter here than elsewhere: what has ended stays as it ended."""

from collections.abc import Collection, Mapping, Sequence

from tasktalk.bots.dialects.settings import TeamDay
from tasktalk.bots.dialects.teamday.words import STATUS
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.tasks.statuses import Status

_NEXT: Mapping[str, Collection[str]] = {
    "pending": ("in_progress", "cancelled"),
    "in_progress": ("completed", "cancelled", "pending"),
    "completed": (),
    "cancelled": (),
}


def between(before: Status, after: Status, decided: TeamDay) -> Sequence[Status]:
    """The statuses on the way to one: none, or where the host lets it, the one that is left out.

    Refuses `invalid_status_transition`.
    """
    shown, wanted = STATUS.show(before), STATUS.show(after)
    if wanted in _NEXT[shown]:
        return ()
    if (shown, wanted) == ("pending", "completed") and decided.pending_to_completed == "two_steps":
        return ("in_progress",)
    raise Refused("invalid_status_transition", f"Invalid status transition: {shown} -> {wanted}")
