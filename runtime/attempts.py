"""Brings out what stands in lines: in order within a line, again when it fails, given up after so many attempts."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any, Literal, Protocol, TypeAlias

from tasktalk.runtime.about import about, without_secrets
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.ports import ComeBack, Undeliverable, Withheld
from tasktalk.runtime.workers import Workers
from tasktalk.storage.writes import Row, WriteSet

ATTEMPTS = 20
"""After which a piece is dead: that is over about seven hours."""
_FIRST_SECONDS, _LONGEST_SECONDS = 2.0, 3600.0
_BUSY = 64

Status: TypeAlias = Literal["delivered", "pending", "dead", "withheld"]

_log = logging.getLogger("tasktalk.outbox")


@dataclass(frozen=True, slots=True)
class Piece:
    """What is to be brought out: its row, which has `id`, `attempts` and `next_attempt_at`, and what brings it.

    `not_before` gives the moment at which it may go, if that is later than now, and takes that moment for it.
    """

    row: Row
    bring: Callable[[], Awaitable[None]]
    not_before: Callable[[], datetime | None] = lambda: None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt went: `pending` is to be tried again."""

    status: Status
    attempts: int
    next_attempt_at: datetime | None = None
    reason: str | None = None
    seconds: float = 0.0

    @property
    def values(self) -> dict[str, Any]:
        """What the piece's row is from now on."""
        return {
            "status": self.status,
            "attempts": self.attempts,
            "next_attempt_at": self.next_attempt_at,
            "error": self.reason,
        }

    def tell_if_dead(self, writes: WriteSet, subject: str, row_id: str, actor: str, now: datetime) -> None:
        """Adds the event of a piece that was given up. It is for people to read: nothing follows from it."""
        if self.status != "dead":
            return
        writes.insert(
            "event",
            {
                "id": new_id("evt", now),
                "organisation_id": None,
                "subject": subject,
                "subject_id": row_id,
                "kind": f"{subject}_dead",
                "actor": actor,
                "source": actor,
                "changes": {"status": ["pending", "dead"], "error": [None, self.reason]},
                "created_at": now,
            },
        )

    @property
    def word(self) -> Literal["delivered", "again", "dead", "withheld"]:
        """What it is called where outcomes are counted."""
        return "again" if self.status == "pending" else self.status


class Source(Protocol):
    """Where the pieces are stored."""

    what: str
    """What a piece is called in the log, and its line among what the log's lines are about."""
    line: str

    async def first(self, line: str) -> Sequence[Piece]:
        """The first pieces of a line; none where nothing is left, or where somebody else has the line."""
        ...

    async def note(self, line: str, piece: Piece, outcome: Outcome) -> bool:
        """Stores how an attempt went; False when somebody else has the line."""
        ...


class Attempts:
    """Takes pieces out, one at a time for each line, many lines at once."""

    def __init__(
        self,
        source: Source,
        clock: Clock,
        wake: Callable[[], None],
        crash: Callable[[str], None],
        seconds: float,
    ) -> None:
        """`wake` is called when a time was set at which `look` must be called. An attempt that takes longer than
        `seconds` has failed."""
        self._source, self._clock, self._wake, self._crash, self._seconds = source, clock, wake, crash, seconds
        self._workers = Workers(self._bring_all, _BUSY)
        self._later: dict[str, datetime] = {}  # lines whose first piece is to be tried again, and when

    @property
    def is_idle(self) -> bool:
        return self._workers.is_idle

    @property
    def is_any_later(self) -> bool:
        """Whether something is to be tried again."""
        return bool(self._later)

    @property
    def failed(self) -> Mapping[str, Exception]:
        """The lines whose attempts could not be noted, and why."""
        return self._workers.failed

    @property
    def busy(self) -> Collection[str]:
        """The lines of which something is being brought out."""
        return self._workers.busy

    async def stop(self) -> None:
        """Finishes what has begun."""
        await self._workers.stop()

    async def idle(self) -> None:
        """Returns when nothing is being brought out."""
        await self._workers.idle()

    def poke(self, line: str) -> None:
        """There may be something in the line."""
        if line not in self._later:
            self._workers.poke(line)

    def poke_now(self, line: str) -> None:
        """There is something in the line that stands before what is to be tried again later."""
        self._later.pop(line, None)
        self._workers.poke(line)

    def look(self, now: datetime) -> bool:
        """Takes up what is to be tried again by now; whether there was anything."""
        due = [line for line, when in self._later.items() if when <= now]
        for line in due:
            self.poke_now(line)
        return bool(due)

    def next_due(self, after: datetime | None = None) -> datetime | None:
        """When something is to be tried again, of the times after `after`."""
        return min((when for when in self._later.values() if after is None or when > after), default=None)

    async def _bring_all(self, line: str) -> None:
        with about(**{self._source.line: line}):
            while pieces := await self._source.first(line):
                for piece in pieces:
                    when = piece.row["next_attempt_at"]
                    if when is None or when <= self._clock.now():
                        when = piece.not_before()
                    if when is not None and when > self._clock.now():
                        self._try_at(line, when)
                        return
                    if not await self._bring(line, piece):
                        return

    async def _bring(self, line: str, piece: Piece) -> bool:
        """Whether the next piece may follow."""
        began = perf_counter()
        outcome = await self._attempt(piece)
        outcome = replace(outcome, seconds=perf_counter() - began)
        if not await self._source.note(line, piece, outcome):
            return False
        if outcome.next_attempt_at is not None:
            self._try_at(line, outcome.next_attempt_at)
            return False
        return True

    async def _attempt(self, piece: Piece) -> Outcome:
        what, attempts = f"{self._source.what} {piece.row['id']}", piece.row["attempts"] + 1
        self._crash("before-delivery")
        try:
            await self._in_time(piece)
        except Withheld as withheld:
            _log.info("%s is not sent: %s", what, withheld)
            return Outcome("withheld", piece.row["attempts"], None, str(withheld))
        except Exception as error:
            if isinstance(error, Undeliverable) or attempts >= ATTEMPTS:
                _log.error("%s is dead after %d attempts: %s", what, attempts, error)
                return Outcome("dead", attempts, None, _why(error))
            when = self._clock.now() + _pause(attempts)
            if isinstance(error, ComeBack):
                when = max(when, self._clock.now() + timedelta(seconds=error.seconds))
            _log.warning("%s is tried again at %s: %s", what, when.isoformat(), error)
            return Outcome("pending", attempts, when, _why(error))
        self._crash("after-delivery")
        return Outcome("delivered", attempts)

    async def _in_time(self, piece: Piece) -> None:
        try:
            async with asyncio.timeout(self._seconds) as limit:
                await piece.bring()
        except TimeoutError as error:
            if limit.expired():
                raise TimeoutError(f"it took longer than {self._seconds:g} seconds") from error
            raise

    def _try_at(self, line: str, when: datetime) -> None:
        self._later[line] = when
        self._wake()


def _why(error: Exception) -> str:
    return without_secrets(str(error).strip() or type(error).__name__)


def _pause(attempts: int) -> timedelta:
    """Twice as long each time, up to an hour, and a random part of it, so that many do not come back at once."""
    seconds = min(_LONGEST_SECONDS, _FIRST_SECONDS * 2.0 ** (attempts - 1))
    return timedelta(seconds=seconds * random.uniform(0.5, 1.0))  # noqa: S311 - nothing secret
