"""How conversations go on this server, as whoever hosts it decides."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tasktalk.runtime.customs import NONE, Customs


def _no_customs(_: str) -> Customs:
    return NONE


@dataclass(frozen=True, slots=True)
class Conduct:
    """Without a decision scripts alone say how long they wait."""

    session_expires_after: timedelta | None = None
    """A session that has waited for a message for so long ends; a TIMEOUT of its own counts instead."""
    gathers_for: timedelta | None = None
    """Messages of a contact that come within so long become one turn."""
    task_session: timedelta = timedelta(minutes=10)
    """How long a run of a task may take, and how soon after it the next one goes on in its conversation, where the task
    does not say."""
    tasks_at_once: int = 3
    """How many of the tasks that are its own a bot does at a time."""
    parked_after: int = 3
    """An input during which so many processes ended is not tried again."""
    customs: Callable[[str], Customs] = _no_customs
    """What holds in the channel of a name; it may change."""
