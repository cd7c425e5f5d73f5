"""What is due and of no conversation: schedules, overdue tasks, handlers of events. One process at a time does it."""

from collections.abc import Callable
from datetime import datetime

from tasktalk.runtime.dispatcher import Dispatcher
from tasktalk.runtime.meters import Meters
from tasktalk.runtime.runs.lines import Lines
from tasktalk.runtime.runs.pickup import Pickup
from tasktalk.runtime.scheduler import PAGE, Scheduler
from tasktalk.runtime.tasks import overdue
from tasktalk.storage.database import Database


class Housekeeping:
    """Does what is due, page by page."""

    def __init__(
        self,
        database: Database,
        scheduler: Scheduler,
        dispatcher: Dispatcher,
        meters: Meters,
        poke: Callable[[str], None],
        lines: Lines,
        pickup: Pickup,
    ) -> None:
        """`poke` is told each conversation in which something is to be done because of it."""
        self._database, self._scheduler, self._dispatcher = database, scheduler, dispatcher
        self._meters, self._poke, self._lines, self._pickup = meters, poke, lines, pickup

    async def keep(self, now: datetime) -> bool:
        """Does everything that is due by `now`; whether there was anything that leads to a turn."""
        found = False
        while True:
            async with self._database.read() as reader:
                schedules = await self._scheduler.due(reader, now)
                late = await overdue.due(reader, now)
            await overdue.mark(self._database, late, now)
            for row in schedules:
                if row["fires_at"] is not None:
                    self._meters.late.observe((now - row["fires_at"]).total_seconds(), "schedule")
            woken = await self._scheduler.fire(schedules, now)
            found = await self._dispatcher.dispatch() or found
            taken = await self._pickup.keep(now)
            begun = await self._lines.keep(now)
            if begun:  # or skipped, or its time was up: then a schedule may have waited for its end
                self._scheduler.doubt()
            for conversation_id in filter(None, (*woken, *begun)):
                self._poke(conversation_id)
            found = found or bool(woken or begun)
            has_more = taken or begun or self._dispatcher.has_more or self._scheduler.may_have_more
            if max(len(schedules), len(late)) < PAGE and not has_more:
                return found
