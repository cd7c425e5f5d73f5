"""WAIT and WAIT UNTIL: the script sleeps in the store, however long."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

from tasktalk.interpreter import values
from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.host import Waiting
from tasktalk.interpreter.keyword import keyword
from tasktalk.interpreter.values import Value
from tasktalk.runtime import durations
from tasktalk.runtime.answers.dates import moment as moment_of
from tasktalk.runtime.tasks import due
from tasktalk.runtime.turn import Turn


@keyword(f"WAIT <count> {durations.UNIT}", returns="nothing")
async def wait(turn: Turn, count: Value, unit: Value = None) -> Waiting | None:
    """Lets time pass before the script goes on: seconds, or the unit that is named.

    A text such as "5 minutes" does, too. The server may be stopped meanwhile. What the person writes while the script
    waits is kept, but answers no later question. To wait for nothing or less goes on at once.

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
    """Lets time pass until a moment has come: a date, or words for one ("5pm", "tomorrow at 9:00", "monday 8am").

    A time alone is the next one that comes: "5pm" is tomorrow's when it is 6 pm. A day alone is its beginning. The
    words may be of the languages that HEAR reads. Times without a zone are UTC. A moment that has passed goes on at
    once.

    Example:
        WAIT UNTIL NOW() + HOURS(2)         ' after: 2h
        TALK "Two hours later."             ' bot: Two hours later.
        WAIT UNTIL "2020-01-31T12:00:00Z"
        TALK "That was long ago."           ' bot: That was long ago.
    """
    words = values.text(moment)
    until = moment if isinstance(moment, datetime) else due.iso(words.strip()) or due.start(words, turn.now())
    if until is None:
        until = await asyncio.to_thread(until_words, words, turn.now(), turn.language)
    return _until(turn, until) if until > turn.now() else None


def until_words(words: str, now: datetime, language: str | None = None) -> datetime:
    """The moment that WAIT UNTIL takes words for; Refused `invalid-date` where it takes them for none."""
    found = moment_of(words, now, language)
    if found is None:
        hint = 'write NOW() + HOURS(2), "5pm", "monday 9:00", "tomorrow" or "2030-01-31T17:00:00Z"'
        if re.search(r"\bat [1-6]$", words.strip(), re.IGNORECASE):
            hint = f'is it in the morning? Write "{words.strip()}am" or "{words.strip()}pm"'
        raise Refused("invalid-date", f'WAIT UNTIL needs a moment, and "{words[:60]}" is none', hint)
    return found


@wait_until.on_resume
async def moment_has_come(turn: Turn, request: dict[str, object], given: object) -> None:
    """The moment has come."""


def _until(turn: Turn, until: datetime) -> Waiting:
    until = until.astimezone(UTC)
    return Waiting({"until": until.isoformat()}, "time", until)
