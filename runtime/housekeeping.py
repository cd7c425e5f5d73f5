"""What is due and of no conversation: schedules, overdue tasks, retries, handlers of events. One process does it."""

from collections.abc import Callable
from datetime import datetime

from tasktalk.runtime.dispatcher import Dispatcher
from tasktalk.runtime.meters import Meters
from tasktalk.runtime.scheduler import PAGE, Scheduler
from tasktalk.runtime.tasks import overdue, retries
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
    ) -> None:
        """`poke` is told each conversation in which something is to be done because of it."""
        self._database, self._scheduler, self._dispatcher = database, scheduler, dispatcher
        self._meters, self._poke = meters, poke

    async def keep(self, now: datetime) -> bool:
        """Does everything that is due by `now`; whether there was anything that leads to a turn."""
        found = False
        while True:
            async with self._database.read() as reader:
                schedules = await self._scheduler.due(reader, now)
                late = await overdue.due(reader, now)
                paused = await retries.due(reader, now)
            await overdue.mark(self._database, late, now)
            await retries.begin(self._database, paused, now)
            for row in schedules:
                self._meters.late.observe((now - row["next_run_at"]).total_seconds(), "schedule")
            for conversation_id in await self._scheduler.fire(schedules, now):
                self._poke(conversation_id)
                found = True
            found = await self._dispatcher.dispatch() or found
            if max(len(schedules), len(late), len(paused)) < PAGE and not self._dispatcher.has_more:
                return found
