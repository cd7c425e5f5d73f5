"""Pipelines and their stages: made, listed, changed and removed. How tasks go through them, `stages` says."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.tasks import changes as fields
from tasktalk.runtime.tasks import pipeline_fields
from tasktalk.runtime.tasks.events import record
from tasktalk.runtime.tasks.model import Task
from tasktalk.runtime.tasks.permissions import demand_all
from tasktalk.runtime.tasks.pipeline import Pipeline, Stage
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.stages import Standing
from tasktalk.storage import pipelines as stored
from tasktalk.storage.database import Reader
from tasktalk.storage.pipelines import Kind, PipelineFilter
from tasktalk.storage.writes import Row

_CALLED: Mapping[Kind, str] = {"pipeline": "workflow", "pipeline_stage": "step"}
"""What they are called to those who use them."""
_NAMES = ("next_id", "failed_next_id")
"""Where a stage names others."""


@dataclass(frozen=True, slots=True)
class _Order:
    """The rows of the stages that a pipeline is to have, of those that it has no more, and the id of the first one
    where that is named."""

    stages: Sequence[Row]
    left: Sequence[Row]
    first_id: str | None


class Pipelines:
    """The pipelines of the actor's organisation, within the unit of work of `tasks`; they have whole numbers there."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._work, self._actor = tasks.work, tasks.actor

    async def create(self, asked: Mapping[str, object]) -> Pipeline:
        """Makes a pipeline of stages that are in none. Raises Refused with the code of the first bad field."""
        demand_all(self._actor, "workflows")
        values = pipeline_fields.of_new_pipeline(asked)
        stages, first = values.pop("stages"), values.pop("first_stage")
        order = await self._order(None, stages, first)
        row = await self._new("pipeline", "pip", {**values, "first_stage_id": order.first_id})
        self._work.insert("pipeline", row)
        self._arrange(row, order)
        self._record("pipeline_created", "pipeline", row["id"], {"name": (None, row["name"]), "stages": (None, stages)})
        return await self._tasks.stages.pipeline(row["id"])

    async def get(self, number: int) -> Pipeline:
        """The pipeline with this number. Refuses `workflow_not_found`."""
        return await self._tasks.stages.pipeline((await self._row("pipeline", number))["id"])

    async def page(self, page: int, limit: int) -> tuple[list[Pipeline], int]:
        """One page of the pipelines by their numbers, as they are committed, and how many there are."""
        async with self._work.read() as reader:
            heads, total = await stored.page(
                reader, "pipeline", self._actor.organisation_id, offset=(page - 1) * limit, limit=limit
            )
            stages = await stored.stages(reader, [head["id"] for head in heads])
        return _joined(heads, stages), total

    async def update(self, number: int, asked: Mapping[str, object]) -> Pipeline:
        """Sets the given fields. Raises Refused as `create` does, and `step_in_use` where a stage is left out at which
        a task is."""
        demand_all(self._actor, "workflows")
        row = await self._row("pipeline", number)
        before = await self._tasks.stages.pipeline(row["id"])
        first = before.stage(row["first_stage_id"])
        known = {
            **{name: row[name] for name in ("name", "description", "instructions")},
            "stages": [stage.number for stage in before.stages],
            "first_stage": first and first.number,
        }
        changed = fields.differing(known, pipeline_fields.of_pipeline(asked))
        if not changed:
            return before
        own = {name: value for name, value in changed.items() if name not in ("stages", "first_stage")}
        order = None
        if own.keys() != changed.keys():
            stages: Any = changed.get("stages", known["stages"])
            named: Any = changed.get("first_stage", known["first_stage"])
            order = await self._order(row, stages, named if "first_stage" in asked or named in stages else None)
            own["first_stage_id"] = order.first_id
        row = self._work.change("pipeline", row, {**own, "updated_at": self._work.now})
        if order is not None:
            self._arrange(row, order)
        self._record(
            "pipeline_updated", "pipeline", row["id"], {name: (known[name], value) for name, value in changed.items()}
        )
        return await self._tasks.stages.pipeline(row["id"])

    async def delete(self, number: int) -> Pipeline:
        """Removes a pipeline, whose stages are in none then. Refuses `workflow_in_use` while tasks are in it."""
        demand_all(self._actor, "workflows")
        row = await self._row("pipeline", number)
        await self._demand_unused("pipeline", [row])
        before = await self._tasks.stages.pipeline(row["id"])
        for stage in await self._rows("pipeline_stage", [stage.number for stage in before.stages]):
            self._work.change("pipeline_stage", stage, {"pipeline_id": None})
        self._work.delete("pipeline", row)
        self._record("pipeline_deleted", "pipeline", row["id"], {"name": (row["name"], None)})
        return before

    async def create_stage(self, asked: Mapping[str, object]) -> Stage:
        """Makes a stage, the last one of its pipeline if it has one. Raises Refused with the code of the first bad
        field."""
        demand_all(self._actor, "workflows")
        values, head = await self._stage_values({}, pipeline_fields.of_new_stage(asked))
        if head is not None:
            await self._demand_together([values], head["id"])
        row = await self._new("pipeline_stage", "stg", values)
        self._join(head)
        self._work.insert("pipeline_stage", row)
        self._record("stage_created", "pipeline_stage", row["id"], {"name": (None, row["name"])})
        return Stage.of(row)

    async def get_stage(self, number: int) -> Stage:
        """The stage with this number. Refuses `step_not_found`."""
        return Stage.of(await self._row("pipeline_stage", number))

    async def stages(self, page: int, limit: int) -> tuple[list[Stage], int]:
        """One page of the stages by their numbers, as they are committed, and how many there are."""
        async with self._work.read() as reader:
            rows, total = await stored.page(
                reader, "pipeline_stage", self._actor.organisation_id, offset=(page - 1) * limit, limit=limit
            )
        return list(map(Stage.of, rows)), total

    async def update_stage(self, number: int, asked: Mapping[str, object]) -> Stage:
        """Sets the given fields. Raises Refused as `create_stage` does, and `step_in_use` for one that is to leave its
        pipeline while a task is at it."""
        demand_all(self._actor, "workflows")
        row = await self._row("pipeline_stage", number)
        wanted, head = await self._stage_values(row, pipeline_fields.of_stage(asked))
        values = fields.differing(row, wanted)
        if not values:
            return Stage.of(row)
        after = {**row, **values}
        if after["pipeline_id"] is not None and not values.keys().isdisjoint(("pipeline_id", *_NAMES)):
            await self._demand_together([after], after["pipeline_id"], row["pipeline_id"])
        if "pipeline_id" in values:
            await self._demand_unused("pipeline_stage", [row])
            await self._leave(row)
            self._join(head)
        changed = self._work.change("pipeline_stage", row, {**values, "updated_at": self._work.now})
        told = {name: (row[name], value) for name, value in values.items()}
        self._record("stage_updated", "pipeline_stage", row["id"], told)
        return Stage.of(changed)

    async def delete_stage(self, number: int) -> Stage:
        """Removes a stage. Refuses `step_in_use` while a task is at it."""
        demand_all(self._actor, "workflows")
        row = await self._row("pipeline_stage", number)
        await self._demand_unused("pipeline_stage", [row])
        await self._leave(row)
        self._work.delete("pipeline_stage", row)
        self._record("stage_deleted", "pipeline_stage", row["id"], {"name": (row["name"], None)})
        return Stage.of(row)

    async def numbers(self, ids: Collection[str]) -> Mapping[str, int]:
        """The numbers of these stages and pipelines, by their ids."""
        found: dict[str, int] = {}
        async with self._work.read() as reader:
            for kind in _CALLED:
                for row in await stored.by_ids(reader, kind, ids):
                    found[row["id"]] = row["number"]
        own = [*self._work.changed("pipeline"), *self._work.changed("pipeline_stage")]
        return found | {row["id"]: row["number"] for row in own}

    async def tasks(
        self,
        *,
        external_id: str | None,
        pipeline: int | None,
        stage: int | None,
        statuses: Sequence[str] | None,
        with_scheduled: bool,
        page: int,
        limit: int,
    ) -> tuple[list[Task], int]:
        """One page of the tasks that match, the newest first, as they are committed, and how many do."""
        head = None if pipeline is None else await self._rows("pipeline", [pipeline])
        at = None if stage is None else await self._rows("pipeline_stage", [stage])
        if head == [] or at == []:
            return [], 0
        matching = PipelineFilter(
            external_id, head[0]["id"] if head else None, at[0]["id"] if at else None, statuses, with_scheduled
        )
        async with self._work.read() as reader:
            total, offset = await stored.count(reader, self._actor.organisation_id, matching), (page - 1) * limit
            if offset >= total:
                return [], total
            rows = await stored.tasks(reader, self._actor.organisation_id, matching, offset=offset, limit=limit)
        return [Task.of(row) for row in rows], total

    async def places(self, task_ids: Collection[str]) -> Mapping[str, tuple[int, Standing | None]]:
        """The numbers of those of the tasks that are there, and where they are in pipelines, as committed, by id."""
        async with self._work.read() as reader:
            rows = await stored.places(reader, task_ids)
        return {row["task_id"]: (row["number"], _standing(row)) for row in rows}

    async def named(self, numbers: Collection[int]) -> Mapping[int, Pipeline]:
        """Those of the pipelines with these numbers that are there, as they are committed, by their numbers."""
        async with self._work.read() as reader:
            heads = await stored.by_numbers(reader, "pipeline", self._actor.organisation_id, numbers)
            stages = await stored.stages(reader, [head["id"] for head in heads])
        return {pipeline.number: pipeline for pipeline in _joined(heads, stages)}

    async def _row(self, kind: Kind, number: int, code: str = "") -> Row:
        found = await self._rows(kind, [number])
        if not found:
            called = _CALLED[kind]
            raise Refused(code or f"{called}_not_found", f"{called.capitalize()} {number} not found")
        return found[0]

    async def _rows(self, kind: Kind, numbers: Collection[int]) -> list[Row]:
        organisation_id = self._actor.organisation_id

        async def read(reader: Reader) -> Sequence[Row]:
            return await stored.by_numbers(reader, kind, organisation_id, numbers)

        return await self._work.find(
            kind, read, lambda row: row["organisation_id"] == organisation_id and row["number"] in numbers
        )

    async def _new(self, kind: Kind, prefix: str, values: Mapping[str, Any]) -> Row:
        """A row with the organisation's next number."""
        now, organisation_id = self._work.now, self._actor.organisation_id
        return {
            "id": new_id(prefix, now),
            "organisation_id": organisation_id,
            "number": await self._next_number(kind),
            **values,
            "created_at": now,
            "updated_at": now,
            "version": 1,
        }

    async def _next_number(self, kind: Kind) -> int:
        """The organisation's next number: of two that take it at once, one is a Conflict."""
        number_id = f"{self._actor.organisation_id}/{kind}"
        found = await self._work.find(
            "last_number", lambda reader: stored.last_number(reader, number_id), lambda row: row["id"] == number_id
        )
        if found:
            number: int = self._work.change("last_number", found[0], {})["version"]
            return number
        first = {"id": number_id, "organisation_id": self._actor.organisation_id, "version": 1}
        self._work.insert("last_number", first)
        return 1

    async def _order(self, row: Row | None, numbers: Any, first: Any) -> _Order:
        """What it takes for a pipeline, None being one that is to be made, to have these stages, in this order, and no
        others."""
        pipeline_id = None if row is None else row["id"]
        found = {stage["number"]: stage for stage in await self._rows("pipeline_stage", numbers)}
        for number in numbers:
            if number not in found:
                raise Refused("unknown_step", f"There is no step {number}")
            if found[number]["pipeline_id"] not in (None, pipeline_id):
                raise Refused("unknown_step", f"Step {number} is one of another workflow")
        if first is not None and first not in found:
            raise Refused("unknown_step", f"The first step, {first}, is none of the workflow's")
        before = () if row is None else (await self._tasks.stages.pipeline(row["id"])).stages
        left = await self._rows("pipeline_stage", {stage.number for stage in before} - found.keys())
        await self._demand_unused("pipeline_stage", left)
        await self._demand_together(list(found.values()), pipeline_id)
        return _Order([found[number] for number in numbers], left, None if first is None else found[first]["id"])

    def _arrange(self, row: Row, order: _Order) -> None:
        left = {stage["id"] for stage in order.left}
        for stage in order.left:
            self._work.change("pipeline_stage", stage, {"pipeline_id": None})
        for place, stage in enumerate(order.stages):
            values = {"pipeline_id": row["id"], "place": place, **_without(stage, left)}
            if fields.differing(stage, values):
                self._work.change("pipeline_stage", stage, values)

    async def _stage_values(self, row: Row, values: dict[str, Any]) -> tuple[dict[str, Any], Row | None]:
        """The values of a stage's row, and the row of the pipeline that it comes into, if it is to come into another
        one."""
        comes_into = None
        for name in ("next", "failed_next"):
            if name in values:
                number = values.pop(name)
                if number is not None and number == row.get("number"):
                    raise Refused("unknown_step", "A step cannot come after itself")
                other = None if number is None else await self._row("pipeline_stage", number, "unknown_step")
                values[f"{name}_id"] = other and other["id"]
        if "pipeline" in values:
            number = values.pop("pipeline")
            head = None if number is None else await self._row("pipeline", number, "unknown_workflow")
            values["pipeline_id"] = head and head["id"]
            values["place"] = row.get("place", 0)
            if head is not None and head["id"] != row.get("pipeline_id"):
                values["place"], comes_into = await self._last_place(head), head
        bot, script = values.get("bot", row.get("bot")), values.get("script", row.get("script"))
        if script is not None and bot is None:
            raise Refused("missing_bot", "A script goes with a bot to run it, and there is none")
        if bot is not None and ("bot" in values or "script" in values):
            self._demand_bot(bot, script)
        return values, comes_into

    def _demand_bot(self, bot: str, script: str | None) -> None:
        if script is not None:
            self._tasks.demand_script(bot, script)
        else:
            self._tasks.demand_bot(bot)

    async def _last_place(self, head: Row) -> int:
        """Behind all stages that the pipeline has."""
        stages = (await self._tasks.stages.pipeline(head["id"])).stages
        if len(stages) >= pipeline_fields.MOST_STAGES:
            raise pipeline_fields.too_many_stages()
        rows = await self._rows("pipeline_stage", [stage.number for stage in stages])
        return max((row["place"] for row in rows), default=-1) + 1

    def _join(self, head: Row | None) -> None:
        """A stage comes into the pipeline with this row: of two that come at once, one looks again."""
        if head is not None:
            self._work.change("pipeline", head, {"updated_at": self._work.now})

    async def _leave(self, row: Row) -> None:
        """Takes a stage out of the pipeline that it is in: what names it there, names nothing then."""
        if row["pipeline_id"] is None:
            return
        pipeline = await self._tasks.stages.pipeline(row["pipeline_id"])
        others = await self._rows("pipeline_stage", [stage.number for stage in pipeline.stages])
        head = await self._row("pipeline", pipeline.number)
        first_id = None if head["first_stage_id"] == row["id"] else head["first_stage_id"]
        self._work.change("pipeline", head, {"first_stage_id": first_id, "updated_at": self._work.now})
        for other in others:
            if values := _without(other, {row["id"]}):
                self._work.change("pipeline_stage", other, values)

    async def _demand_unused(self, kind: Kind, rows: Sequence[Row]) -> None:
        # A task that comes to it meanwhile makes the commit a Conflict: the database does not let go of what it names.
        async with self._work.read() as reader:
            used = await stored.used(reader, kind, [row["id"] for row in rows])
        for row in rows:
            if row["id"] in used and kind == "pipeline":
                sentence = f"There are tasks in it: workflow {row['number']} cannot go"
                raise Refused("workflow_in_use", sentence, "move them to another workflow first")
            if row["id"] in used:
                sentence = f"There are tasks at it: step {row['number']} cannot go"
                raise Refused("step_in_use", sentence, "move them to another step first")

    async def _demand_together(self, rows: Sequence[Row], pipeline_id: str | None, left: str | None = None) -> None:
        """Refuses `unknown_step` where these stages, as they are to be in this pipeline, None being a new one, name one
        of another or are named by one; those of the pipeline that is left name them no more."""
        own = {row["id"] for row in rows if "id" in row}
        named = {row[name] for row in rows for name in _NAMES} - {None} - own
        for other in await self._by_ids(named):
            if other["pipeline_id"] not in (None, pipeline_id):
                raise Refused("unknown_step", f"Step {other['number']} is one of another workflow")

        async def read(reader: Reader) -> Sequence[Row]:
            return await stored.naming(reader, self._actor.organisation_id, own)

        naming = await self._work.find(
            "pipeline_stage", read, lambda row: not own.isdisjoint(row[name] for name in _NAMES)
        )
        for other in naming:
            if other["id"] not in own and other["pipeline_id"] not in (None, pipeline_id, left):
                told = f"Step {other['number']} of another workflow leads to it"
                raise Refused("unknown_step", told, "let that one lead to another step first")

    async def _by_ids(self, ids: Collection[str]) -> list[Row]:
        return await self._work.find(
            "pipeline_stage", lambda reader: stored.by_ids(reader, "pipeline_stage", ids), lambda row: row["id"] in ids
        )

    def _record(self, kind: str, subject: str, subject_id: str, changed: Mapping[str, tuple[object, object]]) -> None:
        record(self._work, self._actor, kind, subject, subject_id, changed)


def _joined(heads: Sequence[Row], stages: Sequence[Row]) -> list[Pipeline]:
    return [Pipeline.of(head, [each for each in stages if each["pipeline_id"] == head["id"]]) for head in heads]


def _without(row: Row, ids: Collection[str]) -> dict[str, None]:
    """What changes of a stage that is to name none of these."""
    return {name: None for name in _NAMES if row[name] in ids}


def _standing(row: Row) -> Standing | None:
    if row["pipeline_number"] is None:
        return None
    return Standing(row["pipeline_number"], row["stage_number"], row["attempt"], row["again_at"])
