"""What a change of a task means for those that wait for it, and for the workflow that it is a step of.

Everything here is written with the change itself, so that a workflow is completed, or has failed, in the same instant
as the step that makes it so.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.runs.rows import Cause
from tasktalk.runtime.runs.scripts import TASK_SCRIPT
from tasktalk.runtime.tasks import dependencies
from tasktalk.runtime.tasks.changes import as_json
from tasktalk.runtime.tasks.model import Actor, Task
from tasktalk.runtime.tasks.statuses import TERMINAL, Status
from tasktalk.runtime.tasks.workflow import Step, Workflow
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import workflows as stored
from tasktalk.storage.database import Reader
from tasktalk.storage.writes import Row

RUN_REQUESTED = "task_run_requested"
"""The kind of an event because of which a task's bot runs."""

LONGEST_PAUSE = timedelta(days=1)
"""Before a retry, unless the first pause is longer."""

_ENDED = {"completed": "workflow_completed", "failed": "workflow_failed", "cancelled": "workflow_cancelled"}


@dataclass(frozen=True, slots=True)
class Retry:
    """Another attempt at what has failed: the task's status until somebody is at it again, the new values of its row as
    a step or at a stage, and what is told of it."""

    status: Status
    values: Mapping[str, Any]
    told: Mapping[str, tuple[object, object]]

    @classmethod
    def of(cls, row: Row, status: Status, pause_seconds: float, now: datetime, error: object) -> "Retry":
        """The attempt after the one of this row, with this status where it does not wait for the end of a pause."""
        attempt = row["attempt"] + 1
        length = pause(pause_seconds, attempt)
        again_at = now + length if length else None
        told: dict[str, tuple[object, object]] = {"attempt": (attempt - 1, attempt), "error": (None, error)}
        if again_at is not None:
            told["again_at"] = (None, as_json(again_at))
        values = {"attempt": attempt, "again_at": again_at, "run_id": None}
        return cls("waiting" if again_at else status, values, told)


async def of_run(work: UnitOfWork, run_id: str) -> Row | None:
    """The step that this run does; None when it does none, or no more."""
    found = await work.find(
        "workflow_step", lambda reader: stored.step_of_run(reader, run_id), lambda row: row["run_id"] == run_id
    )
    return found[0] if found else None


class Steps:
    """Follows the changes of tasks within one unit of work."""

    def __init__(
        self, work: UnitOfWork, actor: Actor, change: Callable[[Row, Mapping[str, object]], Awaitable[Row]]
    ) -> None:
        """`change` changes another task, with all that follows from that."""
        self._work, self._actor, self._change = work, actor, change

    async def of(self, task_id: str) -> Row | None:
        """What the task is as a step; None when it is none."""
        return await dependencies.step(self._work, task_id)

    async def check(self, row: Row, status: str, step: Row | None) -> None:
        """Refuses `blocked_by_dependency` where the task cannot take on this status yet."""
        if not dependencies.begins(row["status"], status):
            return
        held = await dependencies.settled(self._work, row)
        if step is not None:
            workflow = await self.workflow(step["workflow_id"])
            own = workflow.step(row["id"])
            if not workflow.is_wanted(own):
                names = ", ".join(f'"{each.name}"' for each in workflow.steps if each.on_error == row["id"])
                raise Refused("blocked_by_dependency", f'"{own.name}" is only for the case that {names} fails')
            held += [await self._work.task(each.task.id) or row for each in workflow.replaced_by(own)]
        for other in held:
            self._work.expect("task", other)

    async def may_begin(self, row: Row, step: Row | None) -> bool:
        """Whether the task has begun, or nothing keeps it from that."""
        try:
            await self.check(row, "in_progress", step)
        except Refused:
            return False
        return True

    def failing(self, row: Row, asked: Mapping[str, object], step: Row | None) -> Retry | None:
        """The next attempt at a step that fails; None where it fails for good."""
        if step is None or step["attempt"] > step["retries"]:
            return None
        return Retry.of(step, taken_up(row), step["pause_seconds"], self._work.now, asked.get("resolution"))

    async def follow(self, before: Row, after: Row, step: Row | None, retry: Retry | None = None) -> None:
        """What follows from a task's new status, or from another attempt at it."""
        if step is not None:
            cause: Cause = "step"
            is_begun = dependencies.begins(before["status"], after["status"]) and _is_open(after)
            if (
                retry is not None or step["again_at"] is not None
            ):  # the pause is over, or somebody does not wait for that
                step = self._work.change("workflow_step", step, {"again_at": None} if retry is None else retry.values)
                cause, is_begun = "retry", after["status"] == "in_progress"
            if after["bot"] is not None and is_begun:
                await self._run(after, step, cause)
            if _is_open(before) != _is_open(after):
                await self._tell(step["workflow_id"], await self.workflow(step["workflow_id"], but=before))
        if not _is_open(after):
            waiting = {pair["task_id"] for pair in await dependencies.dependents(self._work, after["id"])}
            if step is not None:
                waiting |= {each.task.id for each in (await self.workflow(step["workflow_id"])).steps if each.task.bot}
            for task_id in sorted(waiting):
                await self.begin(task_id)

    async def remove(self, row: Row) -> None:
        """Takes a task that is to be deleted out of all this.

        What waits for it waits for what it waited for, and for what stands in for it. Its error step is cancelled with
        it where that is of no other use, and a workflow goes with its last step.
        """
        step = await self.of(row["id"])
        own = await dependencies.of(self._work, [row["id"]])
        waiting = await dependencies.dependents(self._work, row["id"])
        inherited = [] if row["status"] == "completed" else [pair["depends_on"] for pair in own]
        if step is not None and row["status"] == "failed" and step["on_error"] is not None:
            inherited.append(step["on_error"])
        for pair in [*own, *waiting]:
            self._work.delete("task_dependency", pair)
        for task_id in [pair["task_id"] for pair in waiting]:
            kept = {other["depends_on"] for other in await dependencies.of(self._work, [task_id])}
            for other in dict.fromkeys(inherited):
                if other not in kept and other != task_id:
                    pair = {"id": new_id("dep", self._work.now), "task_id": task_id, "depends_on": other, "version": 1}
                    self._work.insert("task_dependency", pair)
        if step is not None:
            await self._leave(row["id"], step)
        for pair in waiting:
            await self.begin(pair["task_id"])

    async def begin(self, task_id: str) -> None:
        """Begins a step that a bot does, if it can be begun."""
        row = await self._work.task(task_id)
        step = await self.of(task_id) if row is not None and row["bot"] is not None else None
        if row is None or step is None or row["status"] != "pending":
            return
        workflow = await self.workflow(step["workflow_id"])
        if workflow.is_ready(workflow.step(task_id)):
            await self._change(row, {"status": "in_progress"})

    async def workflow(self, workflow_id: str, *, but: Row | None = None) -> Workflow:
        """The workflow as this unit sees it; `but` is a task's row in the place of its present one."""
        head = await self.head(workflow_id)
        if head is None:
            raise Refused("workflow_not_found", f"Workflow {workflow_id} not found")
        return (await self.workflows([head], but=but))[0]

    async def head(self, workflow_id: str) -> Row | None:
        """The workflow's own row."""

        async def read(reader: Reader) -> list[Row]:
            row = await stored.by_id(reader, workflow_id)
            return [] if row is None else [row]

        found = await self._work.find("workflow", read, lambda row: row["id"] == workflow_id)
        return found[0] if found else None

    async def workflows(self, heads: list[Row], *, but: Row | None = None) -> list[Workflow]:
        """The workflows with these rows, with all their steps."""
        ids = {head["id"] for head in heads}
        rows = await self._work.find(
            "workflow_step", lambda reader: stored.steps(reader, ids), lambda row: row["workflow_id"] in ids
        )
        pairs = await dependencies.of(self._work, {row["id"] for row in rows})
        tasks = await dependencies.tasks(
            self._work, {row["id"] for row in rows} | {pair["depends_on"] for pair in pairs}
        )
        if but is not None:
            tasks[but["id"]] = but
        waits_for: dict[str, list[str]] = {}
        for pair in pairs:
            waits_for.setdefault(pair["task_id"], []).append(pair["depends_on"])
        found = []
        for head in heads:
            own = sorted((row for row in rows if row["workflow_id"] == head["id"]), key=lambda row: row["place"])
            steps = tuple(_step(row, tasks[row["id"]], waits_for.get(row["id"], [])) for row in own)
            others = {other: Task.of(tasks[other]) for step in steps for other in step.depends_on}
            found.append(Workflow(head["id"], head["name"], head["created_by"], head["created_at"], steps, others))
        return found

    async def _tell(self, workflow_id: str, was: Workflow) -> None:
        """Tells once of what a step that ends, is opened again or goes makes of its workflow."""
        head = await self.head(workflow_id)
        if head is None:
            return
        # Of two steps that end at once each would see the other one open: the version lets one of them look again.
        self._work.change("workflow", head, {})
        stands = await self.workflow(workflow_id)
        if stands.status == was.status or stands.status not in _ENDED:
            return
        self._record(_ENDED[stands.status], "workflow", workflow_id, {"status": (was.status, stands.status)})
        if stands.status == "completed":
            for step in stands.steps:
                if step.is_open and not stands.is_wanted(step):
                    await self._cancel(step.task.id)

    async def _leave(self, task_id: str, step: Row) -> None:
        workflow_id: str = step["workflow_id"]
        was = await self.workflow(workflow_id)
        fallback = was.step(task_id).on_error
        others = [each for each in was.steps if each.task.id != task_id]
        is_of_use = any(each.on_error == fallback for each in others)
        if fallback is not None and not is_of_use and not was.is_wanted(was.step(fallback)):
            await self._cancel(fallback)
        for each in others:
            if each.on_error == task_id and (found := await self.of(each.task.id)):
                self._work.change("workflow_step", found, {"on_error": None})
        self._work.delete("workflow_step", step)
        if others:
            await self._tell(workflow_id, was)
        elif head := await self.head(workflow_id):
            self._work.delete("workflow", head)
            self._record("workflow_deleted", "workflow", workflow_id, {"name": (head["name"], None)})

    async def _cancel(self, task_id: str) -> None:
        row = await self._work.task(task_id)
        if row is not None and row["status"] not in TERMINAL:
            await self._change(row, {"status": "cancelled"})

    async def _run(self, row: Row, step: Row, cause: Cause) -> None:
        # Steps that follow on one another are no deeper than the first: what could be endless is to make workflows.
        head = await self.head(step["workflow_id"])
        depth = (head["depth"] if head else 0) + 1
        run_id = self.request_run(row, row["bot"], step["script"] or TASK_SCRIPT, depth, cause)
        self._work.change("workflow_step", step, {"run_id": run_id})

    def request_run(self, row: Row, bot: str, script: str, depth: int, cause: Cause = "script") -> str:
        """Lets a bot run for a task once this has been committed; gives the id that the run will have.

        `depth` is how far the run is from what led to it, as in `work.further`.
        """
        run_id = new_id("run", self._work.now)
        run = {"run_id": run_id, "bot": bot, "script": script, "depth": depth, "cause": cause}
        self.tell(RUN_REQUESTED, row["id"], {name: (None, value) for name, value in run.items()})
        return run_id

    def tell(self, kind: str, task_id: str, changes: Mapping[str, tuple[Any, Any]]) -> None:
        """Adds an event about a task."""
        self._record(kind, "task", task_id, changes)

    def _record(self, kind: str, subject: str, subject_id: str, changes: Mapping[str, tuple[Any, Any]]) -> None:
        self._work.record(
            kind,
            subject,
            subject_id,
            organisation_id=self._actor.organisation_id,
            actor=self._actor.user_id,
            source=self._actor.source,
            changes=changes,
        )


def taken_up(row: Row) -> Status:
    """The status of a step that can be begun: its bot begins it, or else somebody is awaited who does."""
    return "pending" if row["bot"] is None else "in_progress"


def pause(seconds: float, attempt: int) -> timedelta:
    """Before this attempt, 2 at the first retry: twice as long each time."""
    first = timedelta(seconds=seconds)
    return min(first * float(2 ** min(attempt - 2, 40)), max(first, LONGEST_PAUSE))


def _is_open(row: Row) -> bool:
    return row["status"] not in TERMINAL


def _step(row: Row, task: Row, waits_for: list[str]) -> Step:
    return Step(
        Task.of(task),
        row["name"],
        row["duration_hours"],
        row["retries"],
        row["attempt"],
        tuple(waits_for),
        row["on_error"],
        row["script"],
        row["pause_seconds"],
        row["again_at"],
    )
