"""What can be done with workflows: every way in comes through here. What happens to their steps, `steps` says."""

from collections.abc import Mapping

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.tasks.events import record
from tasktalk.runtime.tasks.model import NewTask
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.workflow import Step, Workflow
from tasktalk.runtime.tasks.workflow_plan import StepPlan, WorkflowPlan
from tasktalk.storage import workflows as stored


class Workflows:
    """The workflows of the actor's organisation, within the unit of work of `tasks`."""

    def __init__(self, tasks: Tasks) -> None:
        self.tasks = tasks
        self._work, self._actor = tasks.work, tasks.actor

    async def create(
        self, plan: WorkflowPlan, context: Mapping[str, object] | None = None, workflow_id: str | None = None
    ) -> Workflow:
        """Makes a workflow with a task for each step, and begins those that a bot does and that need not wait.

        `context` goes into each task, `workflow_id` is an id that was given out before. Raises Refused as creating a
        task does, with nothing written.
        """
        now = self._work.now
        chosen = workflow_id or new_workflow_id(self.tasks)
        new = [self._task(step, {**(context or {}), "workflow_id": chosen}) for step in plan.steps]
        for each, step in zip(new, plan.steps, strict=True):
            if step.script is not None and each.bot is None:
                raise Refused("missing_bot", f'"{step.name}" has a script, but no bot to run it')
            _, bot, _ = await self.tasks.check(each)
            if step.script is not None and bot is not None:
                self.tasks.demand_script(bot, step.script)
        head = {
            "id": chosen,
            "organisation_id": self._actor.organisation_id,
            "name": plan.name,
            "created_by": self._actor.user_id,
            "created_at": now,
            "depth": self._work.depth,
            "version": 1,
        }
        self._work.insert("workflow", head)
        tasks = [await self.tasks.create(each) for each in new]
        ids = {step.name: task.id for step, task in zip(plan.steps, tasks, strict=True)}
        for place, step in enumerate(plan.steps):
            self._insert(step, place, chosen, ids)
        steps = [step.name for step in plan.steps]
        told = {"name": (None, plan.name), "steps": (None, steps)}
        record(self._work, self._actor, "workflow_created", "workflow", chosen, told)
        for task in tasks:
            await self.tasks.steps.begin(task.id)
        return await self.get(chosen)

    async def get(self, workflow_id: str) -> Workflow:
        """The workflow with this id; raises Refused `workflow_not_found`, also for another organisation's."""
        head = await self.tasks.steps.head(workflow_id.strip().lower())
        if head is None or head["organisation_id"] != self._actor.organisation_id:
            raise Refused("workflow_not_found", f"Workflow {workflow_id} not found")
        return (await self.tasks.steps.workflows([head]))[0]

    async def page(self, page: int, limit: int) -> tuple[list[Workflow], int]:
        """One page of the organisation's workflows as they are committed, the newest first, and how many there are."""
        async with self._work.read() as reader:
            total = await stored.count(reader, self._actor.organisation_id)
            offset = (page - 1) * limit
            if offset >= total:
                return [], total
            heads = await stored.page(reader, self._actor.organisation_id, offset=offset, limit=limit)
        return await self.tasks.steps.workflows(list(heads)), total

    async def advance(self, task_id: str, resolution: object = None) -> Step | None:
        """Completes a step, and gives the first one of its workflow that can be worked at then.

        Raises Refused `not_a_step`, and as completing a task does.
        """
        task = await self.tasks.get(task_id)
        step = await self.tasks.steps.of(task.id)
        if step is None:
            raise Refused(
                "not_a_step", f'"{task.title}" is no step of a workflow', "COMPLETE TASK ends a task of any kind"
            )
        await self.tasks.complete(task.id, resolution)
        return (await self.tasks.steps.workflow(step["workflow_id"])).current

    def _task(self, step: StepPlan, context: Mapping[str, object]) -> NewTask:
        return NewTask(
            title=step.name,
            description=step.description,
            assignee=step.assignee,
            bot=step.bot,
            context=context,
        )

    def _insert(self, step: StepPlan, place: int, workflow_id: str, ids: Mapping[str, str]) -> None:
        row = {
            "id": ids[step.name],
            "workflow_id": workflow_id,
            "place": place,
            "name": step.name,
            "duration_hours": step.duration_hours,
            "retries": step.retries,
            "attempt": 1,
            "pause_seconds": step.pause_minutes * 60,
            "again_at": None,
            "on_error": None if step.on_error is None else ids[step.on_error],
            "script": step.script,
            "run_id": None,
            "version": 1,
        }
        self._work.insert("workflow_step", row)
        for other in step.depends_on:
            pair = {"id": new_id("dep", self._work.now), "task_id": row["id"], "depends_on": ids[other], "version": 1}
            self._work.insert("task_dependency", pair)


def new_workflow_id(tasks: Tasks) -> str:
    """An id for a workflow that is made in this unit of work."""
    return new_id("wf", tasks.work.now)
