"""Scheduled tasks with what their schedules and runs say of them: looked at one by one and in lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from tasktalk.runtime.tasks.model import Task, Timing
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.storage import scheduled_tasks
from tasktalk.storage.scheduled_tasks import Order, ScheduledFilter, Standing
from tasktalk.storage.writes import Row

Activity: TypeAlias = Literal["idle", "running", "cancelled"]
Outcome: TypeAlias = Literal["pending", "success", "failure"]

_AT_WORK: Mapping[Activity, Standing] = {
    "idle": Standing(("completed", "failed"), "pending", is_under_way=False),
    "running": Standing(("in_progress", "waiting", "needs_help", "needs_review"), "pending", is_under_way=True),
    "cancelled": Standing(("cancelled",)),
}
"""How a task of each activity stands: a pending one is as its runs are."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A task, when it runs, and how its runs went."""

    task: Task
    timing: Timing | None
    next_run_at: datetime | None
    """When its schedule runs it; None when that never will."""
    is_under_way: bool
    last_status: str | None
    """Of the run that ended last."""
    last_run_at: datetime | None
    """When it ended."""

    @property
    def activity(self) -> Activity:
        """Whether something is being done for the task at this moment, or it was called off."""
        for activity, standing in _AT_WORK.items():
            if self.task.status in standing.statuses:
                return activity
        return "running" if self.is_under_way else "idle"

    @property
    def outcome(self) -> Outcome:
        """How the task ended; while it has not, how its last run did."""
        if self.task.status == "completed":
            return "success"
        if self.task.status in {"failed", "cancelled"}:
            return "failure"
        if self.activity == "running" or self.last_status is None:
            return "pending"
        return "success" if self.last_status == "completed" else "failure"


def standing(activity: Activity) -> Standing:
    """What a filter asks for to find the tasks of an activity."""
    return _AT_WORK[activity]


class ScheduledTasks:
    """The scheduled tasks of the actor's organisation, as they are committed."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    async def get(self, task_id: str) -> Scheduled:
        """The task, scheduled or not. Refuses `task_not_found`."""
        task = await self._tasks.get(task_id)
        async with self._tasks.work.read() as reader:
            standing = await scheduled_tasks.standing(reader, task.id)
        schedule = await self._tasks.schedule(task)
        if schedule is None:
            return _scheduled(task, None, None, standing or {})
        return _scheduled(task, schedule.timing, schedule.next_run_at, standing or {})

    async def page(
        self, matching: ScheduledFilter, *, order: Order, after: str | None, limit: int, has_runs: bool = True
    ) -> Sequence[Scheduled]:
        """Those that match, by their making, behind the task `after`, which may be gone by now.

        Unless it `has_runs`, nothing is said of their runs.
        """
        organisation_id = self._tasks.actor.organisation_id
        last_id = None if after is None else await self._tasks.work.task_id(after)
        async with self._tasks.work.read() as reader:
            found = await scheduled_tasks.page(
                reader, organisation_id, matching, order=order, after=last_id, limit=limit, has_runs=has_runs
            )
        return [
            _scheduled(
                Task.of(row),
                None if beside["spec"] is None else Timing(beside["spec"], beside["timezone"], beside["words"]),
                beside["next_run_at"],
                beside,
            )
            for row, beside in found
        ]


def _scheduled(task: Task, timing: Timing | None, next_run_at: datetime | None, runs: Row) -> Scheduled:
    last_status, last_ended_at = runs.get("last_status"), runs.get("last_ended_at")
    return Scheduled(task, timing, next_run_at, runs.get("is_under_way", False), last_status, last_ended_at)
