"""Turns schedules into runs: each due time exactly once, however often the server dies or how many look at once."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.declared import Declared, declared, declared_in, schedule_row
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.internal import InternalConversations, Origin
from tasktalk.runtime.schedules import following
from tasktalk.runtime.tasks import timed_rules
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import schedules
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.writes import Conflict, Duplicate, Row, WriteSet

PAGE = 200
_AGAIN = timedelta(minutes=1)

_log = logging.getLogger("tasktalk.scheduler")


class Scheduler:
    """Looks for schedules whose time has come, and keeps those that scripts declare."""

    def __init__(self, database: Database, clock: Clock, bots: Bots, crash: Callable[[str], None]) -> None:
        self._database, self._clock, self._bots, self._crash = database, clock, bots, crash
        self._edition = -1
        self._failing: dict[str, datetime] = {}  # schedules of which the log tells already, and when to try them again
        self._conversations = InternalConversations(database)

    @property
    def is_behind(self) -> bool:
        """Whether scripts were read that may declare other schedules than before."""
        return self._edition != self._bots.edition

    async def due(self, reader: Reader, now: datetime) -> Sequence[Row]:
        """Schedules whose time has come, a page of them; to be given to `fire`."""
        return await schedules.due(reader, now, PAGE, [key for key, again in self._failing.items() if again > now])

    async def fire(self, due: Sequence[Row], now: datetime) -> list[str]:
        """Makes a run of each due time; gives the ids of the conversations in which they wait to begin.

        A run and the schedule's next time are one write set. Times that were missed while nobody looked give one run. A
        schedule that fails by a fault of ours keeps none of the others: it is tried again later, and the log tells of
        it once.
        """
        woken: list[str] = []
        for row in due:
            try:
                if (talk := await self._fire(row, now)) is not None:
                    woken.append(talk)
                self._failing.pop(row["id"], None)
            except Conflict as conflict:
                _log.info("schedule %s was changed or fired meanwhile: %s", row["id"], conflict)
            except DatabaseError:
                raise
            except Exception:
                if row["id"] not in self._failing:
                    _log.exception("schedule %s could not be fired; the others are, and it is tried again", row["id"])
                self._failing[row["id"]] = now + _AGAIN
        return woken

    async def next_due(self, reader: Reader, after: datetime | None = None) -> datetime | None:
        """The next planned time, of those after `after`."""
        return await schedules.next_due(reader, after)

    async def follow_scripts(self) -> None:
        """Makes the stored schedules those that the scripts declare now; an unchanged one keeps its next time."""
        if not self.is_behind:
            return
        edition, wanted = self._bots.edition, self._wanted()
        async with self._database.read() as reader:
            stored = await schedules.declared(reader)
        now, writes = self._clock.now(), WriteSet()
        for row in stored:
            if wanted.pop((row["bot"], declared_in(row).key), None) is None:
                writes.delete("schedule", {"id": row["id"]})
        for (bot, _), item in wanted.items():
            writes.insert("schedule", schedule_row(item, bot, now) | {"is_declared": True})
        await self._database.commit(writes)
        self._edition = edition

    def _wanted(self) -> dict[tuple[str, str], Declared]:
        wanted = {}
        for bot, program in self._bots.programs():
            found, problems = declared(program)
            for problem in problems:
                _log.error("%s", problem.render(f"{bot}/{program.name}", program.source))
            for item in found:
                wanted[(bot, item.key)] = item
        return wanted

    async def _fire(self, row: Row, now: datetime) -> str | None:
        writes, moving_on = WriteSet(), WriteSet()
        planned: datetime = row["next_run_at"]
        try:
            upcoming = following(row["spec"], planned, now, row["timezone"])
        except Refused as refused:
            _log.error("schedule %s ends: %s", row["id"], refused.message)
            upcoming = None
        changed = {"next_run_at": upcoming, "version": row["version"] + 1}
        for each in (writes, moving_on):
            each.update("schedule", {"id": row["id"], "version": row["version"]}, changed)
        if row["automation_id"] is not None:
            work = UnitOfWork(self._database, now)
            work.writes = writes
            timed_rules.come(work, row, planned)
            await work.commit()
            self._crash("after-run-commit")
            return None
        conversation_id: str | None = row["conversation_id"]
        if conversation_id is None:
            origin: Origin = "task" if row["task_id"] else "schedule"
            address = row["task_id"] or row["script"]
            conversation_id = await self._conversations.for_run(row["bot"], origin, address, writes, now, {})
        writes.insert(
            "run",
            {
                "id": new_id("run", now),
                "schedule_id": row["id"],
                "task_id": row["task_id"],
                "conversation_id": conversation_id,
                "bot": row["bot"],
                "script": row["script"],
                "arguments": row["arguments"],
                "planned_at": planned,
                "status": "queued",
                "created_at": now,
            },
        )
        try:
            await self._database.commit(writes)
        except Duplicate as duplicate:
            if duplicate.table != "run":
                raise
            # The clock was set back, and this time has had its run: unless the schedule moves on, it is due for ever.
            await self._database.commit(moving_on)
        self._crash("after-run-commit")
        return conversation_id
