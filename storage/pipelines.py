"""Pipelines and their stages as they are read, and the tasks that are in them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias, get_args

from sqlalchemy import BindParameter, ColumnElement, Select, Table, bindparam, exists, func, select

from tasktalk.storage.many import rows_of
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import last_number as last_numbers
from tasktalk.storage.tables import metadata, pipeline, pipeline_stage, task, task_number, task_stage
from tasktalk.storage.writes import Row

Kind: TypeAlias = Literal["pipeline", "pipeline_stage"]

HELD = ("status", "is_scheduled")
"""What lists ask of a task that is in a pipeline, and is therefore kept with where it is."""

_ID: BindParameter[Any] = bindparam("id", None)
_STAGE_OF = select(task_stage).where(task_stage.c.id == _ID)
_OF_RUN = select(task_stage).where(task_stage.c.run_id == _ID)
_KINDS: Sequence[Kind] = get_args(Kind)
_ROWS: Mapping[Kind, Select[Any]] = {kind: select(metadata.tables[kind]) for kind in _KINDS}
_NUMBERED: Mapping[Kind, Select[Any]] = {
    kind: query.where(metadata.tables[kind].c.organisation_id == bindparam("organisation", None))
    for kind, query in _ROWS.items()
}
_NAMES = (pipeline_stage.c.next_id, pipeline_stage.c.failed_next_id)
_USED: Mapping[Kind, Select[Any]] = {
    "pipeline": select(pipeline.c.id).where(exists().where(task_stage.c.pipeline_id == pipeline.c.id)),
    "pipeline_stage": select(pipeline_stage.c.id).where(exists().where(task_stage.c.stage_id == pipeline_stage.c.id)),
}
_LAST_NUMBER = select(last_numbers).where(last_numbers.c.id == _ID)
_PAUSED = (
    select(task_stage)
    .where(task_stage.c.again_at.is_not(None), task_stage.c.again_at <= bindparam("now", None))
    .order_by(task_stage.c.again_at, task_stage.c.id)
    .limit(bindparam("limit", None))
)
_STAGES = select(pipeline_stage).order_by(pipeline_stage.c.pipeline_id, pipeline_stage.c.place, pipeline_stage.c.number)
_PLACES = (
    select(
        task_number,
        task_stage.c.attempt,
        task_stage.c.again_at,
        pipeline.c.number.label("pipeline_number"),
        pipeline_stage.c.number.label("stage_number"),
    )
    .outerjoin(task_stage, task_stage.c.id == task_number.c.task_id)
    .outerjoin(pipeline, pipeline.c.id == task_stage.c.pipeline_id)
    .outerjoin(pipeline_stage, pipeline_stage.c.id == task_stage.c.stage_id)
)


@dataclass(frozen=True, slots=True)
class PipelineFilter:
    """Which tasks: all conditions that are given hold together."""

    external_id: str | None = None
    pipeline_id: str | None = None
    stage_id: str | None = None
    statuses: Sequence[str] | None = None
    with_scheduled: bool = False


async def by_ids(reader: Reader, kind: Kind, ids: Collection[str]) -> Sequence[Row]:
    """Those of the rows that have one of these ids."""
    return await rows_of(reader, _ROWS[kind], metadata.tables[kind].c.id, ids)


async def by_numbers(reader: Reader, kind: Kind, organisation_id: str, numbers: Collection[int]) -> Sequence[Row]:
    """Those of the organisation's rows that have one of these numbers."""
    given = {"organisation": organisation_id}
    return await rows_of(reader, _NUMBERED[kind], metadata.tables[kind].c.number, numbers, given)


async def naming(reader: Reader, organisation_id: str, ids: Collection[str]) -> Sequence[Row]:
    """The organisation's stages that name one of these as what comes after them."""
    query, given = _NUMBERED["pipeline_stage"], {"organisation": organisation_id}
    return [row for column in _NAMES for row in await rows_of(reader, query, column, ids, given)]


async def last_number(reader: Reader, number_id: str) -> Sequence[Row]:
    """What was numbered last, as its `version`: one row, or none."""
    return await reader.rows(_LAST_NUMBER, {"id": number_id})


async def page(
    reader: Reader, kind: Kind, organisation_id: str, *, offset: int, limit: int
) -> tuple[Sequence[Row], int]:
    """A page of the organisation's rows by their numbers, and how many there are."""
    table = metadata.tables[kind]
    is_own = table.c.organisation_id == organisation_id
    total: int = await reader.value(select(func.count()).select_from(table).where(is_own))
    if offset >= total:
        return [], total
    query = select(table).where(is_own).order_by(table.c.number).limit(limit).offset(offset)
    return await reader.rows(query), total


async def stages(reader: Reader, pipeline_ids: Collection[str]) -> Sequence[Row]:
    """The stages of pipelines, each one's in their order."""
    return await rows_of(reader, _STAGES, pipeline_stage.c.pipeline_id, pipeline_ids)


async def stage_of(reader: Reader, task_id: str) -> Sequence[Row]:
    """Where a task is: one row, or none."""
    return await reader.rows(_STAGE_OF, {"id": task_id})


async def places(reader: Reader, task_ids: Collection[str]) -> Sequence[Row]:
    """The numbers of those of the tasks that are there, and of the pipeline and the stage that each is at."""
    return await rows_of(reader, _PLACES, task_number.c.task_id, task_ids)


async def of_run(reader: Reader, run_id: str) -> Sequence[Row]:
    """Where the task is that a run works for at its stage: one row, or none."""
    return await reader.rows(_OF_RUN, {"id": run_id})


async def paused(reader: Reader, now: datetime, limit: int) -> Sequence[Row]:
    """The tasks that are to be tried again at their stages by now, the longest overdue first."""
    return await reader.rows(_PAUSED, {"now": now, "limit": limit})


async def used(reader: Reader, kind: Kind, ids: Collection[str]) -> set[str]:
    """Those of the pipelines in which a task is, or of the stages at which one is."""
    return {row["id"] for row in await rows_of(reader, _USED[kind], metadata.tables[kind].c.id, ids)}


async def count(reader: Reader, organisation_id: str, matching: PipelineFilter) -> int:
    """How many of the organisation's tasks match."""
    found: int = await reader.value(_found(func.count(), organisation_id, matching))
    return found


async def tasks(
    reader: Reader, organisation_id: str, matching: PipelineFilter, *, offset: int, limit: int
) -> Sequence[Row]:
    """A page of the organisation's tasks that match, the newest first. One of the conditions is by the id elsewhere, by
    the pipeline or by the stage: without them it goes through all tasks."""
    rows = _rows(matching)
    some = _found(rows.c.id, organisation_id, matching).order_by(rows.c.id.desc()).limit(limit).offset(offset)
    found = some.subquery()
    return await reader.rows(select(task).join(found, found.c.id == task.c.id).order_by(task.c.id.desc()))


def _rows(matching: PipelineFilter) -> Table:
    """What to look at: where tasks are tells all that is asked of them, but for an id elsewhere."""
    is_placed = matching.pipeline_id is not None or matching.stage_id is not None
    return task_stage if is_placed and matching.external_id is None else task


def _found(what: ColumnElement[Any], organisation_id: str, matching: PipelineFilter) -> Select[Any]:
    def is_own(table: Table, named: str) -> ColumnElement[bool]:
        return exists().where(table.c.id == named, table.c.organisation_id == organisation_id)

    rows = _rows(matching)
    query = select(what).select_from(rows)
    if rows is task:
        query = query.where(task.c.organisation_id == organisation_id)
        if matching.external_id is not None:
            query = query.where(task.c.external_id == matching.external_id)
        if matching.pipeline_id is not None or matching.stage_id is not None:
            query = query.join(task_stage, task_stage.c.id == task.c.id)
    if matching.stage_id is not None:
        query = query.where(task_stage.c.stage_id == matching.stage_id, is_own(pipeline_stage, matching.stage_id))
    if matching.pipeline_id is not None:
        # Of the two the stage is the rarer, and has an index of its own.
        column = task_stage.c.pipeline_id
        named = column if matching.stage_id is None else func.coalesce(column, column)
        query = query.where(named == matching.pipeline_id, is_own(pipeline, matching.pipeline_id))
    if matching.statuses is not None:
        query = query.where(rows.c.status.in_(matching.statuses))
    if not matching.with_scheduled:
        query = query.where(rows.c.is_scheduled.is_(False))
    return query
