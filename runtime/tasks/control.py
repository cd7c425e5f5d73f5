"""Who has a task in hand: its bot, or a person who has taken it over.

While a person has it, nothing of its runs advances: none begins, and the conversations of those under way are with a
person, so that their timers and answers wait.
"""

from collections.abc import Sequence

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime import handover
from tasktalk.runtime.tasks.model import Task
from tasktalk.runtime.tasks.runs import Runs
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.statuses import TERMINAL
from tasktalk.storage import runs, takeovers
from tasktalk.storage.writes import Row

_REASON = "somebody has taken its task over"


class Control:
    """The control of the tasks that the actor of `tasks` may change, within the same unit of work."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    async def is_with_person(self, task: Task) -> bool:
        """Whether somebody has taken the task over, as it is committed."""
        async with self._tasks.work.read() as reader:
            return await takeovers.of(reader, task.id) is not None

    async def with_person(self, tasks: Sequence[Task]) -> set[str]:
        """The ids of those of the tasks that somebody has taken over, as it is committed."""
        async with self._tasks.work.read() as reader:
            return await takeovers.among(reader, [task.id for task in tasks])

    async def take_over(self, task_id: str) -> Task:
        """Gives the task to a person. Refuses `task_not_found`, `permission_denied`, and `not_with_bot` where somebody
        has it already."""
        row, work = await self._tasks.to_change(task_id), self._tasks.work
        if await self.is_with_person(Task.of(row)):
            raise Refused("not_with_bot", "A person has this task already", "give it back first")
        work.writes.insert("takeover", {"task_id": row["id"], "since": work.now})
        async with work.read() as reader:
            held = {run["conversation_id"] for run in await runs.under_way(reader, row["id"])} - {None}
        for conversation_id in sorted(held):
            await handover.take(work, conversation_id, self._tasks.actor, _REASON)
        return await self._note(row, "assistant", "user")

    async def give_back(self, task_id: str) -> Task:
        """Gives the task back to its bot, which goes on. Refuses `task_not_found`, `permission_denied`, and
        `not_with_person` where nobody has taken it over."""
        row = await self._tasks.to_change(task_id)
        if not await self.is_with_person(Task.of(row)):
            raise Refused("not_with_person", "Nobody has taken this task over")
        await handover.give_back_task(self._tasks.work, row["id"], self._tasks.actor)
        return await self._note(row, "user", "assistant")

    async def cancel(self, task_id: str) -> Task:
        """Ends the task as cancelled, with all that its bots do for it. Refuses `task_not_found`, `permission_denied`,
        and `task_over` where it has ended."""
        row = await self._tasks.to_change(task_id)
        if row["status"] in TERMINAL:
            raise Refused("task_over", f"This task is {row['status']} already")
        is_with_person = await self.is_with_person(Task.of(row))
        task = await self._tasks.end(task_id, "cancelled")
        await Runs(self._tasks.work, self._tasks.actor).cancel(task_id)
        return await self.give_back(task_id) if is_with_person else task

    async def _note(self, row: Row, before: str, after: str) -> Task:
        return await self._tasks.note(row["id"], "task_updated", {}, {"control": (before, after)})
