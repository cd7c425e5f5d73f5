"""What a schedule does with times that were missed or that come while a run is under way, and how it is spread."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias, get_args

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.schedules import zone_named
from tasktalk.runtime.tasks import due
from tasktalk.storage.writes import Row

Misfire: TypeAlias = Literal["once", "skip", "all"]
Overlap: TypeAlias = Literal["queue", "skip", "cancel"]

MOST_JITTER = 3600
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How the times of a schedule become runs.

    `misfire` is for times that came while nobody looked: one run for all of them, none, or one for each. `overlap` is
    for a time that comes while the run before it is under way: it waits for its end, makes no run, or ends it. A run
    begins up to `jitter_seconds` after its time. No time is before `starts_at` or after `ends_at`.
    """

    misfire: Misfire = "once"
    overlap: Overlap = "queue"
    jitter_seconds: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    @classmethod
    def of(cls, row: Row) -> "Policy":
        """That of a schedule's row."""
        return cls(row["misfire"], row["overlap"], row["jitter_seconds"], row["starts_at"], row["ends_at"])


def policy(
    now: datetime | None,
    timezone: str,
    *,
    misfire: object = None,
    overlap: object = None,
    jitter: object = None,
    starts: object = None,
    ends: object = None,
) -> Policy:
    """The policy that these words mean; None is what holds without a word. Raises Refused `invalid-schedule`.

    Words for a moment, such as "tomorrow", mean one only where it is said what time it is.
    """
    spread = 0 if jitter is None else _seconds(jitter)
    found = Policy(
        _word("MISFIRE", misfire, get_args(Misfire)),
        _word("OVERLAP", overlap, get_args(Overlap)),
        spread,
        _moment("STARTS", starts, now, timezone),
        _moment("ENDS", ends, now, timezone),
    )
    if found.misfire == "all" and found.overlap != "queue":
        raise Refused(
            "invalid-schedule",
            f"with MISFIRE all each time has its run, and OVERLAP {found.overlap} would take it away",
            "leave out one of the two",
        )
    if found.starts_at and found.ends_at and found.ends_at < found.starts_at:
        raise Refused("invalid-schedule", "this schedule ENDS before it STARTS", "let the second moment be the later")
    return found


def _word(clause: str, value: object, words: tuple[Any, ...]) -> Any:
    if value is None:
        return words[0]
    word = str(value).strip().lower()
    if word not in words:
        *others, last = words
        raise Refused(
            "invalid-schedule", f'{clause} is {", ".join(others)} or {last}, and "{word[:40]}" is none of them'
        )
    return word


def _seconds(value: object) -> int:
    try:
        seconds = float(str(value))
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= MOST_JITTER:
        shown = str(value)[:40]
        raise Refused(
            "invalid-schedule", f'JITTER is 0 to {MOST_JITTER:,} seconds, and "{shown}" is not', "as in JITTER 30"
        )
    return round(seconds)


def _moment(clause: str, value: object, now: datetime | None, timezone: str) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    zone = zone_named(timezone)
    text = str(value).strip()
    try:
        given = datetime.fromisoformat(text)
        found: datetime | None = given if given.tzinfo else given.replace(tzinfo=zone)
    except ValueError:
        local = now and due.start(text, now.astimezone(zone).replace(tzinfo=UTC))
        found = local and local.replace(tzinfo=zone)
    try:
        if found is not None:
            return found.astimezone(UTC)
    except OverflowError:
        pass
    raise Refused("invalid-schedule", f'{clause} "{text[:40]}" is no moment', 'write it like "2030-12-24T18:00"')
