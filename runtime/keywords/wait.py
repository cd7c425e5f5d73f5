"""WAIT and WAIT UNTIL: the script sleeps in the store, however long."""

from datetime import UTC, datetime, timedelta

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.host import Waiting
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime import durations
from tasktalk.runtime.tasks import due
from tasktalk.runtime.turn import Turn


@keyword(f"WAIT <count> {durations.UNIT}", returns="nothing")
async def wait(turn: Turn, count: Value, unit: Value = None) -> Waiting | None:
    """Lets time pass before the script goes on: seconds, or the unit that is named.

    The server may be stopped meanwhile. What the person writes while the script waits is kept, but answers no later
    question. To wait for nothing or less goes on at once.

    Example:
        TALK "Back in a minute."            ' bot: Back in a minute.
        WAIT 60                             ' after: 59s
                                            ' after: 1s
        TALK "See you on Thursday."         ' bot: See you on Thursday.
        WAIT 3 DAYS                         ' after: 3d
        TALK "Here I am."                   ' bot: Here I am.
    """
    pause = durations.length("WAIT", count, unit)
    return _until(turn, turn.now() + pause) if pause > timedelta() else None


@wait.on_resume
async def wait_is_over(turn: Turn, request: dict[str, object], given: object) -> None:
    """The time has come."""


@keyword("WAIT UNTIL <moment>", returns="nothing")
async def wait_until(turn: Turn, moment: Value) -> Waiting | None:
    """Lets time pass until a moment has come: a date, or words for one ("tomorrow at 9:00", "monday at 8am").

    Times without a zone are UTC. A moment that has passed goes on at once.

    Example:
        WAIT UNTIL NOW() + HOURS(2)         ' after: 2h
        TALK "Two hours later."             ' bot: Two hours later.
        WAIT UNTIL "2020-01-31T12:00:00Z"
        TALK "That was long ago."           ' bot: That was long ago.
    """
    if isinstance(moment, datetime):
        until: datetime | None = moment
    else:
        words = values.text(moment).strip()
        until = due.iso(words) or due.phrase(words, turn.now())
    if until is None:
        raise Refused(
            "invalid-date",
            f'WAIT UNTIL needs a date, and "{values.text(moment)}" is none',
            'write NOW() + HOURS(2), "2030-01-31T17:00:00Z" or "tomorrow at 9:00"',
        )
    return _until(turn, until) if until > turn.now() else None


@wait_until.on_resume
async def moment_has_come(turn: Turn, request: dict[str, object], given: object) -> None:
    """The moment has come."""


def _until(turn: Turn, until: datetime) -> Waiting:
    until = until.astimezone(UTC)
    return Waiting({"until": until.isoformat()}, "time", until)
