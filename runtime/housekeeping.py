"""What is due and of no conversation: schedules, overdue tasks, retries, handlers of events. One process does it."""

from collections.abc import Callable
from datetime import datetime

from tasktalk.runtime.dispatcher import Dispatcher
from tasktalk.runtime.meters import Meters
from tasktalk.runtime.runs.beginning import Begun
from tasktalk.runtime.runs.lines import Lines
from tasktalk.runtime.runs.pickup import Pickup
from tasktalk.runtime.scheduler import PAGE, Scheduler
from tasktalk.runtime.tasks import overdue, retries
from tasktalk.storage.coming import Coming, Lookout, is_due
from tasktalk.storage.database import Database


class Housekeeping:
    """Does what is due, page by page."""

    def __init__(
        self,
        database: Database,
        lookout: Lookout,
        scheduler: Scheduler,
        dispatcher: Dispatcher,
        meters: Meters,
        poke: Callable[[str], None],
        begin: Callable[[Begun], None],
        lines: Lines,
        pickup: Pickup,
    ) -> None:
        """`poke` is told each conversation in which something is to be done because of it, and `begin` each run that
        was fired."""
        self._database, self._lookout = database, lookout
        self._scheduler, self._dispatcher = scheduler, dispatcher
        self._meters, self._poke, self._begin, self._lines, self._pickup = meters, poke, begin, lines, pickup

    def doubt(self) -> None:
        """A run may have ended, of which nobody told where: others may have waited for that."""
        self._scheduler.doubt()
        self._pickup.stir()

    async def keep(self, now: datetime, known: Coming) -> bool:
        """Does everything that is due by `now`; whether there was anything that leads to a turn. `known` is what was
        known to come a moment ago."""
        found = False
        next_ones = known
        while True:
            async with self._database.read() as reader:
                may_be = is_due(next_ones.schedule, now)
                schedules = await self._scheduler.due(reader, now, may_be=may_be, are_held=next_ones.are_held)
                late = await overdue.due(reader, now) if is_due(next_ones.deadline, now) else []
                are_paused = is_due(next_ones.pause, now) or is_due(next_ones.stage, now)
                paused = await retries.due(reader, now) if are_paused else []
            await overdue.mark(self._database, late, now)
            await retries.begin(self._database, paused, now)
            for row in schedules:
                if isinstance(row["fires_at"], datetime):  # it is damaged where somebody else has written it
                    self._meters.late.observe((now - row["fires_at"]).total_seconds(), "schedule")
            woken = await self._scheduler.fire(schedules, now)
            # Runs that have their turns at once leave nothing to look for; rules leave events, others stand in line.
            leads_on = any(row["automation_id"] for row in schedules) or any(begun.run is None for begun in woken)
            if leads_on or late or paused:
                next_ones = await self._lookout.coming()
            are_events = next_ones.has_events or self._dispatcher.has_more
            found = (are_events and await self._dispatcher.dispatch()) or found
            taken = await self._pickup.keep(now)
            is_late = is_due(next_ones.ending, now)
            are_runs = is_late or is_due(next_ones.in_line, now) or are_events or taken
            begun = await self._lines.keep(now, is_late=is_late) if are_runs else []
            if begun:  # or skipped, or its time was up: then others may have waited for its end
                self.doubt()
            for fired in woken:
                self._begin(fired)
            for conversation_id in filter(None, begun):
                self._poke(conversation_id)
            found = found or bool(woken or begun)
            has_more = taken or begun or self._dispatcher.has_more or self._scheduler.may_have_more
            if max(len(schedules), len(late), len(paused)) < PAGE and not has_more:
                return found
            next_ones = await self._lookout.coming()
