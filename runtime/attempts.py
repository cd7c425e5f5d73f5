"""Brings out what stands in lines: in order within a line, again when it fails, given up after so many attempts.

What goes to one place outside is a group. A group that is slow or down holds up no other: each has places of its own.
When something of a group arrives, others of it that wait to be tried again are tried before their time, two for each:
so all goes soon once a provider is back, and such an attempt that fails counts for nothing.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from time import perf_counter
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.about import about, without_secrets
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.places import Places
from tasktalk.runtime.ports import LONGEST_SECONDS, ComeBack, Undeliverable, Withheld
from tasktalk.runtime.workers import Workers
from tasktalk.storage.writes import Row, WriteSet

ATTEMPTS = 20
"""After which a piece is dead: that is over about seven hours."""
_FIRST_SECONDS = 2.0
_BUSY = 64
"""How many lines of one group are brought out at once."""
_HURRIED = 2

Status: TypeAlias = Literal["delivered", "pending", "dead", "withheld"]

_log = logging.getLogger("tasktalk.outbox")


@dataclass(frozen=True, slots=True)
class Piece:
    """What is to be brought out: its row, which has `id`, `attempts` and `next_attempt_at`, and what brings it.

    `group` is the same for what goes to one place outside, and for all pieces of a line. `not_before` gives the moment
    at which it may go, if that is later than now, and takes that moment for it. `bring` reads what it needs and gives
    the call, which alone has a limit of time: what an attempt waits for before it says how much this process has to do.
    """

    row: Row
    group: str
    bring: Callable[[], Awaitable[Awaitable[None]]]
    not_before: Callable[[], datetime | None] = lambda: None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt went: `pending` is to be tried again."""

    status: Status
    attempts: int
    next_attempt_at: datetime | None = None
    reason: str | None = None
    seconds: float = 0.0
    may_hurry: bool = False
    """Whether it may be tried before that time, once something else arrives where it goes."""

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


class _Later(NamedTuple):
    """When a line is looked at again, and the group with which it may be hurried."""

    when: datetime
    group: str | None


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
        """`wake` is called when a time was set at which `look` must be called. An attempt whose call takes longer
        than `seconds` has failed."""
        self._source, self._clock, self._wake, self._crash, self._seconds = source, clock, wake, crash, seconds
        self._workers = Workers(self._bring_all, _BUSY)
        self._places = Places(_BUSY, self._workers.poke)
        self._later: dict[str, _Later] = {}  # lines whose first piece is to be tried again
        self._failed: dict[str, dict[str, None]] = {}  # those of them that may be hurried, by group
        self._early: set[str] = set()  # lines whose first piece is tried before its time
        self._patient: dict[str, datetime] = {}  # lines whose first piece is not, and until when

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
        self._forget_later(line)
        self._workers.poke(line)

    def look(self, now: datetime) -> bool:
        """Takes up what is to be tried again by now; whether there was anything."""
        due = [line for line, later in self._later.items() if later.when <= now]
        for line in due:
            self.poke_now(line)
        return bool(due)

    def next_due(self, after: datetime | None = None) -> datetime | None:
        """When something is to be tried again, of the times after `after`."""
        times = (later.when for later in self._later.values())
        return min((when for when in times if after is None or when > after), default=None)

    async def _bring_all(self, line: str) -> None:
        try:
            with about(**{self._source.line: line}):
                while pieces := await self._source.first(line):
                    for piece in pieces:
                        if not self._may_go(line, piece) or not await self._bring(line, piece):
                            return
            self._early.discard(line)  # somebody else has brought it out
            self._patient.pop(line, None)
        finally:
            self._places.leave(line)

    def _may_go(self, line: str, piece: Piece) -> bool:
        """Whether a piece goes out now, at a place of its group; if not, its line is looked at again when it may."""
        planned = piece.row["next_attempt_at"]
        if planned is not None and planned > self._clock.now() and line not in self._early:
            self._try_at(line, planned, None if self._patient.get(line) == planned else piece.group)
            return False
        if not self._places.enter(piece.group, line):
            return False
        moment = piece.not_before()
        if moment is not None and moment > self._clock.now():
            self._try_at(line, moment)
            return False
        self._workers.step_aside(line)  # others are not kept from finding out whether they may
        return True

    async def _bring(self, line: str, piece: Piece) -> bool:
        """Whether the next piece may follow."""
        planned = piece.row["next_attempt_at"]
        if planned is not None and planned <= self._clock.now():
            planned = None
        self._early.discard(line)
        self._patient.pop(line, None)
        began = perf_counter()
        outcome = await self._attempt(piece, planned)
        outcome = replace(outcome, seconds=perf_counter() - began)
        if not await self._source.note(line, piece, outcome):
            return False
        if outcome.next_attempt_at is not None:
            if not outcome.may_hurry:
                self._patient[line] = outcome.next_attempt_at
            self._try_at(line, outcome.next_attempt_at, piece.group if outcome.may_hurry else None)
            return False
        if outcome.status == "delivered":
            self._hurry(piece.group)
        return True

    async def _attempt(self, piece: Piece, planned: datetime | None) -> Outcome:
        """Tries it once. One that was `planned` for later, and fails, is as it was before."""
        what, attempts = f"{self._source.what} {piece.row['id']}", piece.row["attempts"] + 1
        counted = attempts if planned is None else piece.row["attempts"]
        self._crash("before-delivery")
        try:
            await self._in_time(piece)
        except Withheld as withheld:
            _log.info("%s is not sent: %s", what, withheld)
            return Outcome("withheld", piece.row["attempts"], None, str(withheld))
        except Exception as error:
            if isinstance(error, Undeliverable) or counted >= ATTEMPTS:
                reason = _why(error, piece)
                times = "1 attempt" if attempts == 1 else f"{attempts} attempts"
                _log.error("%s is dead after %s: %s", what, times, reason, exc_info=_ours(error))
                return Outcome("dead", attempts, None, reason)
            when = self._clock.now() + _pause(attempts) if planned is None else planned
            if isinstance(error, ComeBack):
                when = max(when, self._clock.now() + timedelta(seconds=error.seconds))
            reason = _why(error, piece)
            _log.warning("%s is tried again at %s: %s", what, when.isoformat(), reason, exc_info=_ours(error))
            may_hurry = planned is None and not isinstance(error, ComeBack)
            return Outcome("pending", counted, when, reason, may_hurry=may_hurry)
        self._crash("after-delivery")
        return Outcome("delivered", attempts)

    def _hurry(self, group: str) -> None:
        """Something of the group has arrived: those of it that have waited for longest need not wait any more."""
        for line in list(islice(self._failed.get(group, ()), _HURRIED)):
            self._early.add(line)
            self.poke_now(line)

    async def _in_time(self, piece: Piece) -> None:
        call = await piece.bring()
        try:
            async with asyncio.timeout(self._seconds) as limit:
                await call
        except TimeoutError as error:
            if limit.expired():
                raise TimeoutError(f"it took longer than {self._seconds:g} seconds") from error
            raise

    def _try_at(self, line: str, when: datetime, group: str | None = None) -> None:
        self._forget_later(line)
        self._later[line] = _Later(when, group)
        if group is not None:
            self._failed.setdefault(group, {})[line] = None
        self._wake()

    def _forget_later(self, line: str) -> None:
        later = self._later.pop(line, None)
        if later is not None and later.group is not None:
            del self._failed[later.group][line]
            if not self._failed[later.group]:
                del self._failed[later.group]


def _why(error: Exception, piece: Piece) -> str:
    """What people are told of it. Of what nobody foresaw that is where the log has it."""
    if _ours(error) is not None:
        return f"something went wrong on our side, which the log has under {piece.row['id']}"
    return without_secrets(str(error).strip() or "it cannot be asked")


def _ours(error: Exception) -> Exception | None:
    """The error, if it is none of those by which channels say what they cannot do."""
    return None if isinstance(error, Undeliverable | ComeBack | ConnectionError | TimeoutError | Refused) else error


def _pause(attempts: int) -> timedelta:
    """Twice as long each time, up to an hour, and a random part of it, so that many do not come back at once."""
    seconds = min(LONGEST_SECONDS, _FIRST_SECONDS * 2.0 ** (attempts - 1))
    return timedelta(seconds=seconds * random.uniform(0.5, 1.0))  # noqa: S311 - nothing secret
