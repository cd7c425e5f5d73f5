"""A task's way through the stages of its pipeline.

Everything here is written with the change of the task itself: so a task is never at a stage that nobody does, and a
stage that is done never stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.values import Value
from tasktalk.runtime.runs.rows import Cause
from tasktalk.runtime.runs.scripts import TASK_SCRIPT
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.pipeline import Pipeline, Stage
from tasktalk.runtime.tasks.statuses import Status
from tasktalk.runtime.tasks.steps import Retry, Steps
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import pipelines as stored
from tasktalk.storage import runs
from tasktalk.storage.database import Reader
from tasktalk.storage.writes import Row

MOST_MOVES = 100
"""How many stages a task goes through by itself before it fails: a way that turns back would never end."""
TOO_MANY = f"it went through {MOST_MOVES} steps by itself, which would never end"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a task is to be: the numbers of a pipeline and of a stage. None is in none, or at the first stage."""

    pipeline: int | None
    stage: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a task is: the numbers of its pipeline and of its stage, which of the stage's attempts this is, and when
    that begins, while it waits for it."""

    pipeline: int
    stage: int | None
    attempt: int
    again_at: datetime | None


@dataclass(frozen=True, slots=True)
class Move:
    """Where a task comes to: the values of its row, None where it leaves its pipeline, and what is told of it."""

    row: Mapping[str, Any] | None
    stage: Stage | None
    told: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    cause: Cause = "step"


async def of_run(work: UnitOfWork, run_id: str) -> Row | None:
    """Where the task is for which this run does a stage; None when it does none, or no more."""
    found = await work.find(
        "task_stage", lambda reader: stored.of_run(reader, run_id), lambda row: row["run_id"] == run_id
    )
    return found[0] if found else None


class Stages:
    """Follows the changes of tasks within one unit of work."""

    def __init__(self, work: UnitOfWork, actor: Actor, steps: Steps) -> None:
        self._work, self._actor, self._steps = work, actor, steps

    async def of(self, task_id: str) -> Row | None:
        """Where the task is; None where it is in no pipeline."""
        found = await self._work.find(
            "task_stage", lambda reader: stored.stage_of(reader, task_id), lambda row: row["id"] == task_id, task_id
        )
        return found[0] if found else None

    async def standing(self, task_id: str) -> Standing | None:
        """Where the task is, as those see it who do not know its row; None where it is in no pipeline."""
        if (here := await self.of(task_id)) is None:
            return None
        pipeline = await self.pipeline(here["pipeline_id"])
        stage = pipeline.stage(here["stage_id"])
        return Standing(pipeline.number, None if stage is None else stage.number, here["attempt"], here["again_at"])

    async def told(self, task_id: str) -> dict[str, Value]:
        """What a script is told of where the task is; nothing where it is in no pipeline."""
        if (here := await self.of(task_id)) is None:
            return {}
        pipeline = await self.pipeline(here["pipeline_id"])
        stage = pipeline.stage(here["stage_id"])
        return {
            "workflow": pipeline.number,
            "step": None if stage is None else stage.number,
            "step_name": None if stage is None else stage.name,
            "instructions": None if stage is None else stage.instructions,
            "attempt": here["attempt"],
        }

    async def pipeline(self, pipeline_id: str) -> Pipeline:
        """The pipeline as this unit sees it."""
        head = await self._head(pipeline_id)
        if head is None:
            raise Refused("workflow_not_found", "The workflow is no more")
        rows = await self._work.find(
            "pipeline_stage",
            lambda reader: stored.stages(reader, [pipeline_id]),
            lambda row: row["pipeline_id"] == pipeline_id,
            once=pipeline_id,
        )
        return Pipeline.of(head, sorted(rows, key=lambda row: (row["place"], row["number"])))

    async def chosen(self, place: Place, task_id: str | None = None) -> Move | None:
        """What it takes for a task to be there; None where it is there already.

        Refuses `unknown_workflow`, `unknown_step`, and `invalid_workflow` for a step of a workflow whose steps are
        tasks of their own.
        """
        here = None if task_id is None else await self.of(task_id)
        if place.pipeline is None:
            if place.stage is not None:
                raise Refused("unknown_step", "A step goes with a workflow, and there is none")
            return None if here is None else Move(None, None, await self._told(here, None, None))
        if task_id is not None and here is None and await self._steps.of(task_id) is not None:
            raise Refused("invalid_workflow", "This task is a step of another workflow")
        pipeline = await self._numbered(place.pipeline)
        stage = pipeline.first
        if place.stage is not None:
            stage = next((each for each in pipeline.stages if each.number == place.stage), None)
            if stage is None:
                known = ", ".join(str(each.number) for each in pipeline.stages) or "none"
                way_out = f"its steps are: {known}"
                raise Refused("unknown_step", f"Workflow {pipeline.number} has no step {place.stage}", way_out)
        if here is not None and (here["pipeline_id"], here["stage_id"]) == (pipeline.id, stage and stage.id):
            return None
        await self._stay(pipeline)
        return Move(
            {**_arrived(stage), "pipeline_id": pipeline.id, "depth": self._work.depth, "moves": 0},
            stage,
            await self._told(here, pipeline, stage),
        )

    async def onward(self, row: Row) -> tuple[Status, Move | None]:
        """The status that a task has next, whose stage is done, and where it comes to; None at the end."""
        here, pipeline, stage = await self._here(row)
        following = None if stage is None else pipeline.after(stage)
        return ("completed", None) if following is None else await self._to(here, pipeline, following)

    async def failing(self, row: Row, asked: Mapping[str, object]) -> tuple[Status, Move | None]:
        """The status that a task has next, whose stage has failed, and where it comes to: to the same stage once more,
        to the one that is there for failures, or nowhere."""
        if await self.of(row["id"]) is None:
            return "failed", None
        here, pipeline, stage = await self._here(row)
        if stage is None or here["moves"] >= MOST_MOVES:
            return "failed", None
        error = asked.get("resolution")
        if here["attempt"] < stage.attempts:
            retry = Retry.of(here, "in_progress", stage.pause_seconds, self._work.now, error)
            return retry.status, Move(retry.values, stage, retry.told, "retry")
        following = pipeline.after_failure(stage)
        if following is None:
            return "failed", None
        status, move = await self._to(here, pipeline, following)
        return status, move and replace(move, told={**move.told, "error": (None, error)})

    async def follow(self, before: Row | None, after: Row, move: Move | None) -> None:
        """Writes where a task comes to with its change, and lets the bot of a stage begin that is to be done now."""
        here, cause = await self.of(after["id"]), "step" if move is None else move.cause
        if move is not None:
            here = self._moved(here, after, move)
        elif here is not None and here["again_at"] is not None:  # the pause is over, or somebody does not wait for that
            here, cause = self._work.change("task_stage", here, {"again_at": None}), "retry"
        if here is None or after["status"] != "in_progress":
            return
        is_taken_up = before is not None and before["status"] != "in_progress"
        if move is not None or (is_taken_up and not await self._is_under_way(here)):
            await self._begin(after, here, cause)

    async def hold(self, before: Row, after: Row) -> None:
        """Keeps with where a task is what lists of those there ask of it."""
        if any(before[name] != after[name] for name in stored.HELD) and await self.of(after["id"]) is not None:
            # By no version: whoever else changes the row does not change these.
            self._work.writes.update("task_stage", {"id": after["id"]}, _held(after))

    async def remove(self, task_id: str) -> None:
        """Takes a task that is to be deleted out of its pipeline."""
        if (here := await self.of(task_id)) is not None:
            self._work.delete("task_stage", here)

    def _moved(self, here: Row | None, after: Row, move: Move) -> Row | None:
        if move.row is None:
            if here is not None:
                self._work.delete("task_stage", here)
            return None
        if here is not None:
            return self._work.change("task_stage", here, move.row)
        made = {"id": after["id"], **move.row, **_held(after), "version": 1}
        self._work.insert("task_stage", made)
        return made

    async def _to(self, here: Row, pipeline: Pipeline, stage: Stage) -> tuple[Status, Move | None]:
        """Somebody from outside is waited for at a stage that no bot does."""
        if here["moves"] >= MOST_MOVES:
            return "failed", None
        await self._stay(pipeline)
        values = {**_arrived(stage), "moves": here["moves"] + 1}
        status: Status = "waiting" if stage.bot is None else "in_progress"
        return status, Move(values, stage, await self._told(here, pipeline, stage))

    async def _stay(self, pipeline: Pipeline) -> None:
        """The stage to which a task comes has to be one of its pipeline's until the commit."""
        head = await self._head(pipeline.id)
        if head is not None:
            self._work.expect("pipeline", head)

    async def _begin(self, row: Row, here: Row, cause: Cause) -> None:
        stage = (await self.pipeline(here["pipeline_id"])).stage(here["stage_id"])
        if stage is None or stage.bot is None:
            return
        # Stages that follow on one another are no deeper than the first: MOST_MOVES bounds them.
        run_id = self._steps.request_run(row, stage.bot, stage.script or TASK_SCRIPT, here["depth"] + 1, cause)
        self._work.change("task_stage", here, {"run_id": run_id})

    async def _is_under_way(self, here: Row) -> bool:
        """Whether a run does the stage already: one of which nothing is known has been asked for and comes yet."""
        if here["run_id"] is None:
            return False
        async with self._work.read() as reader:
            run = await runs.by_id(reader, here["run_id"])
        return run is None or run["ended_at"] is None

    async def _here(self, row: Row) -> tuple[Row, Pipeline, Stage | None]:
        here = await self.of(row["id"])
        if here is None:
            raise Refused("invalid_workflow", f'"{row["title"]}" is in no workflow')
        pipeline = await self.pipeline(here["pipeline_id"])
        return here, pipeline, pipeline.stage(here["stage_id"])

    async def _head(self, pipeline_id: str) -> Row | None:
        found = await self._work.find(
            "pipeline",
            lambda reader: stored.by_ids(reader, "pipeline", [pipeline_id]),
            lambda row: row["id"] == pipeline_id,
            once=pipeline_id,
        )
        return found[0] if found else None

    async def _numbered(self, number: int) -> Pipeline:
        organisation_id = self._actor.organisation_id

        async def read(reader: Reader) -> Any:
            return await stored.by_numbers(reader, "pipeline", organisation_id, [number])

        found = await self._work.find(
            "pipeline", read, lambda row: (row["organisation_id"], row["number"]) == (organisation_id, number)
        )
        if not found:
            raise Refused("unknown_workflow", f"There is no workflow {number}")
        return await self.pipeline(found[0]["id"])

    async def _told(
        self, here: Row | None, pipeline: Pipeline | None, stage: Stage | None
    ) -> dict[str, tuple[object, object]]:
        was = None if here is None else await self.pipeline(here["pipeline_id"])
        at = None if was is None or here is None else was.stage(here["stage_id"])
        told = {
            "pipeline": (was and was.number, pipeline and pipeline.number),
            "stage": (at and at.number, stage and stage.number),
        }
        return {name: pair for name, pair in told.items() if pair[0] != pair[1]}


def _held(row: Row) -> dict[str, object]:
    return {name: row[name] for name in stored.HELD}


def _arrived(stage: Stage | None) -> dict[str, Any]:
    return {"stage_id": stage and stage.id, "attempt": 1, "again_at": None, "run_id": None}
