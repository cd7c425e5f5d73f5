"""The runs of tasks as people steer them: asked for, looked at, cancelled."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.runs.ends import cancel
from tasktalk.runtime.runs.events import tell
from tasktalk.runtime.runs.rows import run_row
from tasktalk.runtime.runs.scripts import TASK_SCRIPT
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import accounts, runs
from tasktalk.storage.writes import Row

DAY = timedelta(days=1)


class Runs:
    """The runs of the organisation's tasks, within one unit of work, which the caller commits."""

    def __init__(self, work: UnitOfWork, actor: Actor) -> None:
        self.work, self.actor = work, actor
        self._tasks = Tasks(work, actor)

    async def trigger(self, task_id: str) -> str:
        """Lets the task run once more, behind the runs that it has already; gives the run's id.

        What runs is what its schedule says, and neither is changed. Refuses `task_not_found`, `permission_denied`, and
        `limits_reached` where the organisation has had all runs of a day.
        """
        row = await self._tasks.to_change(task_id)
        async with self.work.read() as reader:
            organisation = await accounts.organisation_by_id(reader, row["organisation_id"])
            most = None if organisation is None else organisation["runs_a_day"]
            since = self.work.now - DAY
            if most is not None and await runs.count_since(reader, row["organisation_id"], since, most) >= most:
                raise Refused("limits_reached", f"All {most:,} runs of a day are used up: try again later")
        schedule = await self.work.schedule_of(row["id"])
        run = run_row(
            self.work.now,
            cause="trigger",
            organisation_id=row["organisation_id"],
            task_id=row["id"],
            bot=row["bot"],
            script=TASK_SCRIPT if schedule is None else schedule["script"],
        )
        self.work.writes.insert("run", run)
        self._tell(run, "queued")
        run_id: str = run["id"]
        return run_id

    async def get(self, task_id: str, run_id: str) -> Row:
        """The run. Refuses `task_not_found` and `run_not_found`."""
        task = await self._tasks.get(task_id)
        async with self.work.read() as reader:
            row = await runs.by_id(reader, run_id)
        if row is None or row["task_id"] != task.id:
            raise Refused("run_not_found", f"Run {run_id} not found")
        return row

    async def page(
        self, task_id: str, limit: int, after: str | None = None, order: Literal["asc", "desc"] = "desc"
    ) -> Sequence[Row]:
        """The task's runs by when they were made, those behind the run `after`. Refuses `task_not_found`."""
        task = await self._tasks.get(task_id)
        async with self.work.read() as reader:
            return await runs.page(reader, task.id, limit, after, order)

    async def messages(self, task_id: str, run_id: str) -> Sequence[Row]:
        """What was said in a run, in order. Refuses `task_not_found` and `run_not_found`."""
        run = await self.get(task_id, run_id)
        async with self.work.read() as reader:
            return await runs.messages(reader, run)

    async def cancel(self, task_id: str, reason: str | None = None) -> list[str]:
        """Ends all runs of the task that have not ended; gives their ids."""
        row = await self._tasks.to_change(task_id)
        async with self.work.read() as reader:
            found = await runs.under_way(reader, row["id"])
        for run in found:
            await cancel(self.work, self.actor, run, reason)
        return [run["id"] for run in found]

    async def cancel_run(self, task_id: str, run_id: str, reason: str | None = None) -> None:
        """Ends one run; one that has ended stays as it is. Refuses `task_not_found` and `run_not_found`."""
        await self._tasks.to_change(task_id)
        run = await self.get(task_id, run_id)
        if run["ended_at"] is None:
            await cancel(self.work, self.actor, run, reason)

    def _tell(self, run: Row, status: str) -> None:
        tell(self.work.writes, self.work.now, run, status, self.actor.user_id, self.actor.source)
