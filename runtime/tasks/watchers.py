"""Who watches a task: users who are told what happens to it. Whoever made it or has it is not one by that alone."""

from collections.abc import Sequence
from datetime import datetime

from tasktalk.runtime.followers import Happened
from tasktalk.runtime.tasks.events import record
from tasktalk.runtime.tasks.model import Task
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.storage import watchers
from tasktalk.storage.writes import Row, WriteSet


class Watchers:
    """The watchers of the tasks of an organisation; the actor watches for themselves alone."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks, self._work, self._actor = tasks, tasks.work, tasks.actor

    async def of(self, task_id: str) -> Sequence[Row]:
        """Those of one task. Refuses `task_not_found`."""
        task = await self._tasks.get(task_id)
        async with self._work.read() as reader:
            return await watchers.of_task(reader, task.id)

    async def watch(self, task_id: str) -> Task:
        """The actor watches the task from now on, if they do not already. Refuses `task_not_found`."""
        task = await self._tasks.get(task_id)
        if not await self._has(task):
            self._tasks.hold_on_to(task)
            key = {"task_id": task.id, "user_id": self._actor.user_id}
            self._work.writes.insert("watcher", {**key, "created_at": self._work.now})
            self._record("watcher_added", task, (None, self._actor.user_id))
        return task

    async def unwatch(self, task_id: str) -> Task:
        """The actor watches the task no more. Refuses `task_not_found`."""
        task = await self._tasks.get(task_id)
        if await self._has(task):
            self._work.writes.delete("watcher", {"task_id": task.id, "user_id": self._actor.user_id})
            self._record("watcher_removed", task, (self._actor.user_id, None))
        return task

    async def _has(self, task: Task) -> bool:
        async with self._work.read() as reader:
            found = await watchers.of_tasks(reader, [task.id])
        return self._actor.user_id in found.get(task.id, ())

    def _record(self, kind: str, task: Task, change: tuple[str | None, str | None]) -> None:
        record(self._work, self._actor, kind, "task", task.id, {"watcher": change})


class Forgetting:
    """Follower: nobody watches what is gone."""

    async def follow(self, page: Sequence[Happened], writes: WriteSet, now: datetime) -> None:
        """Removes the watchers of deleted tasks."""
        for happened in page:
            if happened.row["kind"] == "task_deleted":
                writes.delete("watcher", {"task_id": happened.row["subject_id"]})
