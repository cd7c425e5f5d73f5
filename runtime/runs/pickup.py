"""Tasks that are a bot's own: it takes them up by itself, and does so many at a time.

Which bots do that, their scripts say: those with a script for tasks. A task that is taken up goes to `in_progress`, and
that is one write set with its run; so it is taken up once, however many look, and whatever is killed when.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.followers import Happened
from tasktalk.runtime.runs.events import tell
from tasktalk.runtime.runs.rows import run_row
from tasktalk.runtime.runs.scripts import TASK_SCRIPT, HasScripts, has_task_script
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.statuses import PRIORITIES
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import runs
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Conflict, Row, WriteSet

_log = logging.getLogger("tasktalk.runs")


class _Bots(HasScripts, Protocol):
    edition: int

    def names(self) -> list[str]: ...


class Pickup:
    """Looks for tasks to be taken up. It is a follower of events, and looks again after those of tasks."""

    def __init__(self, database: Database, bots: _Bots, at_once: int) -> None:
        """`at_once` is how many of its tasks each bot does at a time."""
        self._database, self._bots, self._at_once = database, bots, at_once
        self._edition = -1
        self._willing: Sequence[str] = ()
        self._must_look = True

    def stir(self) -> None:
        """There may be something to take up of which no event of a task tells: a run has ended, perhaps."""
        self._must_look = True

    async def follow(self, page: Sequence[Happened], writes: WriteSet, now: datetime) -> None:
        """Notes that there may be something to take up."""
        if any(happened.row["subject"] == "task" for happened in page):
            self._must_look = True

    async def keep(self, now: datetime) -> bool:
        """Lets each bot take up as many of its tasks as it may; whether there were any, or may be."""
        if self._edition != self._bots.edition:
            self._willing = [name for name in self._bots.names() if has_task_script(self._bots, name)]
            self._edition, self._must_look = self._bots.edition, True
        if not self._must_look:
            return False
        self._must_look = False
        try:
            # One that was just changed is looked at again at once: nothing else may come that would lead to that.
            return any([await self._take_up(bot, now) for bot in self._willing]) or self._must_look
        except BaseException:
            self._must_look = True
            raise

    async def _take_up(self, bot: str, now: datetime) -> bool:
        async with self._database.read() as reader:
            room = self._at_once - await runs.picked_up(reader, bot)
            found = await runs.to_pick_up(reader, bot, PRIORITIES, room) if room > 0 else []
        taken = [await self._take(bot, row, now) for row in found]
        return any(taken)

    async def _take(self, bot: str, row: Row, now: datetime) -> bool:
        work = UnitOfWork(self._database, now)
        actor = Actor(bot, row["organisation_id"], "run")
        work.know("task", row)  # the commit is a Conflict unless it is still stored like this
        try:
            await Tasks(work, actor).update(row["id"], {"status": "in_progress"})
        except Refused as refused:
            _log.info("%s leaves the task %s alone: %s", bot, row["id"], refused.message)
            return False
        run = run_row(
            now, cause="pickup", script=TASK_SCRIPT, bot=bot, organisation_id=row["organisation_id"], task_id=row["id"]
        )
        work.writes.insert("run", run)
        tell(work.writes, now, run, "queued")
        try:
            await work.commit()
        except Conflict as conflict:
            _log.info("the task %s has just changed, and is looked at again: %s", row["id"], conflict)
            self._must_look = True
            return False
        return True
