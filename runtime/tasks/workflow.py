"""A workflow as it stands. All that is said of it is worked out from its steps' tasks, and kept nowhere else.

A step that has failed for good and has an error step is replaced by that one: what waits for it goes on when the error
step is done. An error step counts for nothing before that, and a cancelled step no more; but what waits for a cancelled
step waits on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasktalk.runtime.tasks.model import Task
from tasktalk.runtime.tasks.statuses import TERMINAL, Status


@dataclass(frozen=True, slots=True)
class Step:
    """A task with its place in a workflow. `depends_on` and `on_error` are ids of tasks."""

    task: Task
    name: str
    duration_hours: float | None
    retries: int
    attempt: int
    depends_on: tuple[str, ...]
    on_error: str | None
    script: str | None
    pause_seconds: float
    again_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do in it."""
        return self.task.status not in TERMINAL

    @property
    def is_running(self) -> bool:
        """Whether it has begun and not ended."""
        return self.is_open and self.task.status != "pending"


class Workflow:
    """Steps in the order in which they were declared, and the `others` that they wait for: tasks that are no steps."""

    def __init__(
        self,
        workflow_id: str,
        name: str,
        created_by: str,
        created_at: datetime,
        steps: tuple[Step, ...],
        others: Mapping[str, Task],
    ) -> None:
        self.id, self.name, self.created_by, self.created_at = workflow_id, name, created_by, created_at
        self.steps, self._others = steps, others
        self._by_id = {step.task.id: step for step in steps}
        self._fallbacks = {step.on_error for step in steps}

    def step(self, task_id: str) -> Step:
        """The step that is this task."""
        return self._by_id[task_id]

    @property
    def status(self) -> Status:
        """In the tasks' own words."""
        counted = self._counted
        if any(step.task.status == "failed" for step in counted):
            return "failed"
        if not counted:
            return "cancelled"
        if all(step.task.status == "completed" for step in counted):
            return "completed"
        has_begun = any(step.attempt > 1 or step.task.status not in {"pending", "cancelled"} for step in self.steps)
        return "in_progress" if has_begun else "pending"

    @property
    def completed_count(self) -> int:
        """How many of the steps that count are completed."""
        return sum(step.task.status == "completed" for step in self._counted)

    @property
    def total_count(self) -> int:
        """How many steps count."""
        return len(self._counted)

    @property
    def progress(self) -> int:
        """The completed steps in per cent; a half is rounded up."""
        total = self.total_count
        return (200 * self.completed_count + total) // (2 * total) if total else 0

    @property
    def current(self) -> Step | None:
        """The first step that can be worked at."""
        return next((step for step in self.steps if self.is_ready(step)), None)

    def is_ready(self, step: Step) -> bool:
        """Whether it can be worked at: it is open, it is wanted, and nothing that it waits for is missing."""
        return step.is_open and self.is_wanted(step) and all(map(self._is_settled, step.depends_on))

    def is_wanted(self, step: Step) -> bool:
        """Whether it is no error step, or one whose time has come."""
        return step.task.id not in self._fallbacks or bool(self.replaced_by(step))

    def replaced_by(self, fallback: Step) -> list[Step]:
        """The steps that have failed for good and for which this one stands in."""
        return [step for step in self.steps if step.on_error == fallback.task.id and step.task.status == "failed"]

    def estimated_completion(self, now: datetime) -> datetime | None:
        """When the last step is done if each begins as soon as it can and takes its hours; None if that never comes."""
        match self.status:
            case "completed":
                return max((step.task.completed_at or now for step in self._counted), default=now)
            case "failed" | "cancelled":
                return None
        ends: dict[str, datetime | None] = {}
        left = [self._end_of(step.task.id, now, ends) for step in self._counted if step.is_open]
        known = [end for end in left if end is not None]
        return max(known, default=now) if len(known) == len(left) else None

    @property
    def _counted(self) -> list[Step]:
        return [
            step
            for step in self.steps
            if self.is_wanted(step)
            and step.task.status != "cancelled"
            and not (step.task.status == "failed" and self._fallback_of(step))
        ]

    def _fallback_of(self, step: Step) -> Step | None:
        found = self._by_id.get(step.on_error or "")
        return None if found is None or found.task.status == "cancelled" else found

    def _is_settled(self, task_id: str) -> bool:
        step = self._by_id.get(task_id)
        if step is None:
            return self._others[task_id].status == "completed"
        if step.task.status == "failed" and (fallback := self._fallback_of(step)):
            return self._is_settled(fallback.task.id)
        return step.task.status == "completed"

    def _end_of(self, task_id: str, now: datetime, ends: dict[str, datetime | None]) -> datetime | None:
        if task_id not in ends:
            ends[task_id] = self._worked_out(task_id, now, ends)
        return ends[task_id]

    def _worked_out(self, task_id: str, now: datetime, ends: dict[str, datetime | None]) -> datetime | None:
        step = self._by_id.get(task_id)
        task = self._others[task_id] if step is None else step.task
        fallback = self._fallback_of(step) if step is not None and task.status == "failed" else None
        if fallback is not None:
            return self._end_of(fallback.task.id, now, ends)
        if task.status in {"failed", "cancelled"}:
            return None
        if step is None or task.status == "completed":
            return now  # of a task that is no step nobody knows how long it takes
        takes = timedelta(hours=step.duration_hours or 0)
        if step.is_running and task.started_at is not None:
            return max(now, task.started_at + takes)
        begins = [self._end_of(other, now, ends) for other in step.depends_on]
        known = [begin for begin in begins if begin is not None]
        return max(known, default=now) + takes if len(known) == len(begins) else None


def cycle(waits_for: Mapping[str, tuple[str, ...]]) -> list[str] | None:
    """A way from one of these back to itself, that one first and last; None where there is none."""
    done: set[str] = set()
    for start in waits_for:
        way: list[str] = []
        stack: list[tuple[str, Iterator[str]]] = [(start, iter(waits_for[start]))] if start not in done else []
        while stack:
            name, others = stack[-1]
            if len(way) < len(stack):
                way.append(name)
            other = next(others, None)
            if other is None:
                stack.pop()
                done.add(way.pop())
            elif other in way:
                return [*way[way.index(other) :], other]
            elif other not in done:
                stack.append((other, iter(waits_for.get(other, ()))))
    return None
