"""What comes of a schedule whose time has come: a run, a note that there is none, or a wait for the run before.

Pure: a row, the moment and the run that is under way in; what is to be written out.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tasktalk.runtime.timetable import Timetable
from tasktalk.storage.writes import Row

GRACE = timedelta(minutes=1)
"""A time that is found later than that was missed."""

MISSED = "it was missed: nothing ran by itself at that time, because the server was down or busy"
TOO_MANY = "it was missed, and too many later times were as well to catch up on it"
PAUSED = "the schedule was paused"
CANCELLED = "the next time of its schedule came before it was over"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run at its planned time, or with a reason none; it stands for `missed` times before it, too."""

    planned_at: datetime
    missed: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What comes of the times that have come, and when the schedule is looked at again.

    `held_by` is the run whose end it waits for, `cancels` the one that is to end so that this one can begin.
    """

    next_run_at: datetime | None
    fires_at: datetime | None
    outcomes: list[Outcome] = field(default_factory=list)
    held_by: str | None = None
    cancels: Row | None = None


def decide(row: Row, now: datetime, running: Row | None) -> Decision:
    """What comes of a due schedule; `running` is its run that is not over. Raises Refused for a spec that is none."""
    times = Timetable.of(row)
    policy = times.policy
    first: datetime = row["next_run_at"]
    if first > now:  # the clock was set back while it waited
        return Decision(first, times.fires_at(first))
    if running is not None and policy.overlap == "queue":
        return Decision(first, None, held_by=running["id"])
    was_held = row["held_by"] is not None
    reached = times.reached(first, now)
    outcomes: list[Outcome] = []
    last = reached.last
    if policy.misfire == "all":
        last = times.caught_up_from(first, reached)
        if last > first:
            left_out = times.reached(first, last - timedelta.resolution)
            outcomes.append(Outcome(left_out.last, left_out.count - 1, TOO_MANY))
        outcomes.append(Outcome(last))
    elif running is not None and policy.overlap == "skip":
        reason = f"the run planned for {running['planned_at']:%Y-%m-%d %H:%M:%S} UTC was not over"
        outcomes.append(Outcome(last, reached.count - 1, reason))
    elif policy.misfire == "once" or was_held:
        outcomes.append(Outcome(last, reached.count - 1))
    elif now - (times.fires_at(last) or last) > GRACE:
        outcomes.append(Outcome(last, reached.count - 1, MISSED))
    else:
        if reached.before_last is not None:
            outcomes.append(Outcome(reached.before_last, reached.count - 2, MISSED))
        outcomes.append(Outcome(last))
    upcoming = times.after(last)
    cancels = running if outcomes[-1].reason is None else None
    return Decision(upcoming, times.fires_at(upcoming), outcomes, cancels=cancels)
