"""Pipelines and their stages: made, listed, changed and removed. How tasks go through them, `stages` says."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.tasks import changes as fields
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

MOST_STAGES = 100
MOST_ATTEMPTS = 100
LONGEST_PAUSE_SECONDS = 86_400
LARGEST_NUMBER = 2_147_483_647
_CALLED: Mapping[Kind, str] = {"pipeline": "workflow", "pipeline_stage": "step"}
"""What they are called to those who use them."""


class Pipelines:
    """The pipelines of the actor's organisation, within the unit of work of `tasks`; they have whole numbers there."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._work, self._actor = tasks.work, tasks.actor

    async def create(self, asked: Mapping[str, object]) -> Pipeline:
        """Makes a pipeline of stages that are in none. Raises Refused with the code of the first bad field."""
        demand_all(self._actor, "workflows")
        values = {"name": None, "description": "", "instructions": "", "stages": (), "first_stage": None, **asked}
        checked = _checked(values, _OF_PIPELINE)
        stages, first = checked.pop("stages"), checked.pop("first_stage")
        row = await self._new("pipeline", "pip", {**checked, "first_stage_id": None})
        self._work.insert("pipeline", row)
        await self._order(row, stages, first)
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
        changed = fields.differing(known, _checked(asked, _OF_PIPELINE))
        if not changed:
            return before
        own = {name: value for name, value in changed.items() if name not in ("stages", "first_stage")}
        row = self._work.change("pipeline", row, {**own, "updated_at": self._work.now})
        if own.keys() != changed.keys():
            stages: Any = changed.get("stages", known["stages"])
            named: Any = changed.get("first_stage", known["first_stage"])
            await self._order(row, stages, named if "first_stage" in asked or named in stages else None)
        self._record(
            "pipeline_updated", "pipeline", row["id"], {name: (known[name], value) for name, value in changed.items()}
        )
        return await self._tasks.stages.pipeline(row["id"])

    async def delete(self, number: int) -> Pipeline:
        """Removes a pipeline, whose stages are in none then. Refuses `workflow_in_use` while tasks are in it."""
        demand_all(self._actor, "workflows")
        row = await self._row("pipeline", number)
        await self._demand_unused("pipeline", row)
        before = await self._tasks.stages.pipeline(row["id"])
        for stage in before.stages:
            self._work.change("pipeline_stage", await self._row("pipeline_stage", stage.number), {"pipeline_id": None})
        self._work.delete("pipeline", row)
        self._record("pipeline_deleted", "pipeline", row["id"], {"name": (row["name"], None)})
        return before

    async def create_stage(self, asked: Mapping[str, object]) -> Stage:
        """Makes a stage, the last one of its pipeline if it has one. Raises Refused with the code of the first bad
        field."""
        demand_all(self._actor, "workflows")
        values = await self._stage_values({}, {**_NEW_STAGE, **asked})
        row = await self._new("pipeline_stage", "stg", values)
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
        values = fields.differing(row, await self._stage_values(row, asked))
        if not values:
            return Stage.of(row)
        if "pipeline_id" in values:
            await self._demand_unused("pipeline_stage", row)
            await self._leave(row)
        changed = self._work.change("pipeline_stage", row, {**values, "updated_at": self._work.now})
        told = {name: (row[name], value) for name, value in values.items()}
        self._record("stage_updated", "pipeline_stage", row["id"], told)
        return Stage.of(changed)

    async def delete_stage(self, number: int) -> Stage:
        """Removes a stage. Refuses `step_in_use` while a task is at it."""
        demand_all(self._actor, "workflows")
        row = await self._row("pipeline_stage", number)
        await self._demand_unused("pipeline_stage", row)
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

    async def _order(self, row: Row, numbers: Any, first: Any) -> None:
        """Gives a pipeline these stages, in this order, and no others."""
        rows = {stage["number"]: stage for stage in await self._rows("pipeline_stage", numbers)}
        for number in numbers:
            if number not in rows:
                raise Refused("unknown_step", f"There is no step {number}")
            if rows[number]["pipeline_id"] not in (None, row["id"]):
                raise Refused("unknown_step", f"Step {number} is one of another workflow")
        if first is not None and first not in rows:
            raise Refused("unknown_step", f"The first step, {first}, is none of the workflow's")
        for stage in (await self._tasks.stages.pipeline(row["id"])).stages:
            if stage.number not in rows:
                left = await self._row("pipeline_stage", stage.number)
                await self._demand_unused("pipeline_stage", left)
                self._work.change("pipeline_stage", left, {"pipeline_id": None})
        for place, number in enumerate(numbers):
            if (rows[number]["pipeline_id"], rows[number]["place"]) != (row["id"], place):
                self._work.change("pipeline_stage", rows[number], {"pipeline_id": row["id"], "place": place})
        first_id = None if first is None else rows[first]["id"]
        if first_id != row["first_stage_id"]:
            self._work.change("pipeline", row, {"first_stage_id": first_id})

    async def _stage_values(self, row: Row, asked: Mapping[str, object]) -> dict[str, Any]:
        values = _checked(asked, _OF_STAGE)
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
                values["place"] = await self._last_place(head)
        bot, script = values.get("bot", row.get("bot")), values.get("script", row.get("script"))
        if script is not None and bot is None:
            raise Refused("missing_bot", "A script goes with a bot to run it, and there is none")
        if bot is not None and ("bot" in values or "script" in values):
            self._demand_bot(bot, script)
        return values

    def _demand_bot(self, bot: str, script: str | None) -> None:
        if script is not None:
            self._tasks.demand_script(bot, script)
        else:
            self._tasks.demand_bot(bot)

    async def _last_place(self, head: Row) -> int:
        """Behind all stages that the pipeline has, whose row is changed, so that of two that come at once one looks
        again."""
        stages = (await self._tasks.stages.pipeline(head["id"])).stages
        if len(stages) >= MOST_STAGES:
            raise Refused("invalid_steps", f"A workflow can have {MOST_STAGES} steps")
        self._work.change("pipeline", head, {"updated_at": self._work.now})
        rows = await self._rows("pipeline_stage", [stage.number for stage in stages])
        return max((row["place"] for row in rows), default=-1) + 1

    async def _leave(self, row: Row) -> None:
        """Takes a stage out of the pipeline that it is in: what names it there, names nothing then."""
        if row["pipeline_id"] is None:
            return
        pipeline = await self._tasks.stages.pipeline(row["pipeline_id"])
        head = await self._row("pipeline", pipeline.number)
        first_id = None if head["first_stage_id"] == row["id"] else head["first_stage_id"]
        self._work.change("pipeline", head, {"first_stage_id": first_id, "updated_at": self._work.now})
        for stage in pipeline.stages:
            named = [name for name in ("next_id", "failed_next_id") if getattr(stage, name) == row["id"]]
            if named:
                other = await self._row("pipeline_stage", stage.number)
                self._work.change("pipeline_stage", other, dict.fromkeys(named))

    async def _demand_unused(self, kind: Kind, row: Row) -> None:
        # A task that comes to it meanwhile makes the commit a Conflict: the database does not let go of what it names.
        async with self._work.read() as reader:
            if await stored.is_used(reader, kind, row["id"]):
                called = _CALLED[kind]
                where = "in it" if kind == "pipeline" else "at it"
                raise Refused(f"{called}_in_use", f"There are tasks {where}: {called} {row['number']} cannot go")

    def _record(self, kind: str, subject: str, subject_id: str, changed: Mapping[str, tuple[object, object]]) -> None:
        record(self._work, self._actor, kind, subject, subject_id, changed)


def _joined(heads: Sequence[Row], stages: Sequence[Row]) -> list[Pipeline]:
    return [Pipeline.of(head, [each for each in stages if each["pipeline_id"] == head["id"]]) for head in heads]


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Refused("missing_name", "It needs a name: a text that is not blank")
    return fields.plain_text(value.strip(), "invalid_name", "Name")


def _text(what: str) -> Callable[[object], str]:
    return lambda value: "" if value is None else fields.plain_text(value, f"invalid_{what}", what.capitalize())


def _named(what: str) -> Callable[[object], str | None]:
    def check(value: object) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise Refused(f"invalid_{what}", f"{what.capitalize()} must be a name, or null")
        return fields.plain_text(value.strip(), f"invalid_{what}", what.capitalize())

    return check


def number_of(value: object, code: str, what: str) -> int:
    """The number of a pipeline or a stage. Raises Refused with the code."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused(code, f"{what} must be a whole number")
    if not 0 <= value <= LARGEST_NUMBER:
        raise Refused(code, f"There is no {what.lower()} {str(value)[:20]}")
    return value


def _number(code: str, what: str) -> Callable[[object], int | None]:
    return lambda value: None if value is None else number_of(value, code, what)


def _stages(value: object) -> list[int]:
    if not isinstance(value, list | tuple):
        raise Refused("invalid_steps", "Steps must be a list of the numbers of steps")
    if len(value) > MOST_STAGES:
        raise Refused("invalid_steps", f"A workflow can have {MOST_STAGES} steps, got {len(value)}")
    found = [number_of(each, "unknown_step", "Step") for each in value]
    if len(set(found)) < len(found):
        raise Refused("invalid_steps", "A step can be in a workflow once")
    return found


def _attempts(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_ATTEMPTS:
        raise Refused("invalid_attempts", f"A step can be tried 1 to {MOST_ATTEMPTS} times")
    return value


def _pause(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST_PAUSE_SECONDS:
        raise Refused("invalid_pause", f"The pause must be a number of seconds from 0 to {LONGEST_PAUSE_SECONDS:,}")
    return float(value)


_OF_BOTH: Mapping[str, Callable[[object], object]] = {
    "name": _name,
    "description": _text("description"),
    "instructions": _text("instructions"),
}
_OF_PIPELINE: Mapping[str, Callable[[object], object]] = {
    **_OF_BOTH,
    "stages": _stages,
    "first_stage": _number("unknown_step", "Step"),
}
_OF_STAGE: Mapping[str, Callable[[object], object]] = {
    **_OF_BOTH,
    "pipeline": _number("unknown_workflow", "Workflow"),
    "next": _number("unknown_step", "Step"),
    "failed_next": _number("unknown_step", "Step"),
    "attempts": _attempts,
    "pause_seconds": _pause,
    "bot": _named("bot"),
    "script": _named("script"),
}
_NEW_STAGE: Mapping[str, object] = {
    **dict.fromkeys(("name", "pipeline", "next", "failed_next", "bot", "script")),
    "description": "",
    "instructions": "",
    "attempts": 1,
    "pause_seconds": 0,
}


def _checked(asked: Mapping[str, object], checks: Mapping[str, Callable[[object], object]]) -> dict[str, Any]:
    return {name: checks[name](value) for name, value in asked.items()}


def _standing(row: Row) -> Standing | None:
    if row["pipeline_number"] is None:
        return None
    return Standing(row["pipeline_number"], row["stage_number"], row["attempt"], row["again_at"])
