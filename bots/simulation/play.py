"""Runs the server through days: what `serve` puts together, on a clock that goes on as fast as its work is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from tasktalk.bots.assembly import Fittings, assembled
from tasktalk.bots.simulation.calendar import Calendar, Entry, in_order
from tasktalk.bots.simulation.copied import copy
from tasktalk.bots.simulation.downs import Down, stretches
from tasktalk.bots.simulation.outside import Recorder
from tasktalk.bots.simulation.told import Mail, told
from tasktalk.bots.virtual_time import pass_time
from tasktalk.interpreter.keyword import Keywords
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.ports import Carriers, TurnReport
from tasktalk.storage.database import Database

MOST_RUNS = 200_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be simulated: days from a moment in UTC, the end included, and when the server is down meanwhile.

    `db` is a database whose tasks and schedules are there at the beginning.
    """

    start: datetime
    days: int
    downs: Sequence[Down] = ()
    db: str | None = None

    @property
    def end(self) -> datetime:
        return self.start + timedelta(days=self.days)


class Kept(Database):
    """A database that outlives those who close it, as the file of a server does; `end` closes it."""

    async def close(self) -> None:
        """Stays open."""

    async def end(self) -> None:
        """Closes it."""
        await super().close()


@dataclass(slots=True)
class Simulation:
    """One world, to be played once."""

    bots: Bots
    keywords: Keywords
    plan: Plan
    goes_on: Callable[[datetime, int], bool] = lambda now, turns: True
    """Asked again and again, with the simulated moment and how many turns there were: whether to go on."""
    seed: int | None = None
    """With one, chance is the same each time for the same script at the same moment."""
    _noted: list[Entry] = field(default_factory=list)
    _mails: list[Mail] = field(default_factory=list)
    _turns: int = 0

    async def play(self) -> Calendar:
        """Everything that happens. Raises DatabaseError for a `db` that cannot be copied."""
        database = await Kept.open(":memory:")
        try:
            if self.plan.db is not None:
                await copy(self.plan.db, database, self.plan.start)
            end = await self._play(database)
            entries = in_order([*self._noted, *await told(database, self._mails)])
            return Calendar(self.plan.start, end or self.plan.end, entries, end is None)
        finally:
            await database.end()

    async def _play(self, database: Database) -> datetime | None:
        """Where it was ended before the end, None at the end."""
        self.bots.follows_edits = False
        clock = VirtualClock(self.plan.start)
        recorder = Recorder(clock, self._noted.append, self._mails)

        async def same(url: str, crash: Callable[[str], None] | None = None) -> Database:
            return database

        fittings = Fittings(opens=same, outside=recorder, carriers=Carriers(recorder, recorder), chance=self._chance)
        for stretch in stretches(self.plan.start, self.plan.end, self.plan.downs):
            if not stretch.is_up:
                self._noted.append(
                    Entry(stretch.begins, "down", None, "the server", "is down until", until=stretch.ends)
                )
                continue
            clock.advance_to(stretch.begins)
            # A time at which the server goes down finds it down already.
            last = stretch.ends if stretch.ends == self.plan.end else stretch.ends - timedelta.resolution
            async with assembled(":memory:", self.bots, self.keywords, clock, fittings) as services:
                services.engine.watch(lambda report: self._watch(report, clock.now()))
                await services.engine.start(is_played=True)
                await pass_time(services.engine, clock, last, lambda: self._goes_on(clock.now()))
            if not self._goes_on(clock.now()):
                return clock.now()
        return None

    @property
    def _chance(self) -> Callable[[str], Random] | None:
        seed = self.seed
        return None if seed is None else lambda turn: Random(f"{seed} {turn}")  # noqa: S311 - nothing secret

    def _goes_on(self, now: datetime) -> bool:
        return self._turns < MOST_RUNS and self.goes_on(now, self._turns)

    def _watch(self, report: TurnReport, now: datetime) -> None:
        self._turns += 1
        if report.status == "waiting":
            text = {"time": "waits until", "message": "waits for an answer", "task": "waits for a task"}[
                report.waits_for or "message"
            ]
            until = report.until if report.waits_for == "time" else None
            self._noted.append(Entry(now, "wait", report.bot, report.script, text, until=until))
