"""Workflows as they are read, and which task waits for which."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select

from tasktalk.storage.database import Reader
from tasktalk.storage.many import rows_of
from tasktalk.storage.tables import task, task_dependency, workflow, workflow_step
from tasktalk.storage.writes import Row

_NOW: BindParameter[Any] = bindparam("now", None)
_PAUSED = (
    select(workflow_step)
    .where(workflow_step.c.again_at.is_not(None), workflow_step.c.again_at <= _NOW)
    .order_by(workflow_step.c.again_at, workflow_step.c.id)
    .limit(bindparam("limit", None))
)

_STEP = select(workflow_step).where(workflow_step.c.id == bindparam("id", None))
_STEP_OF_RUN = select(workflow_step).where(workflow_step.c.run_id == bindparam("run_id", None))
_DEPENDENTS = (
    select(task_dependency).where(task_dependency.c.depends_on == bindparam("id", None)).order_by(task_dependency.c.id)
)
_STEPS = select(workflow_step).order_by(workflow_step.c.workflow_id, workflow_step.c.place, workflow_step.c.id)
_DEPENDENCIES = select(task_dependency).order_by(task_dependency.c.id)
_TASKS = select(task).order_by(task.c.id)


async def paused(reader: Reader, now: datetime, limit: int) -> Sequence[Row]:
    """The steps that are to be tried again by now, the longest overdue first."""
    return await reader.rows(_PAUSED, {"now": now, "limit": limit})


async def by_id(reader: Reader, workflow_id: str) -> Row | None:
    """The workflow's row, whichever organisation it belongs to."""
    return await reader.row(select(workflow).where(workflow.c.id == workflow_id))


async def page(reader: Reader, organisation_id: str, *, offset: int, limit: int) -> Sequence[Row]:
    """The organisation's workflows, the newest first."""
    query = select(workflow).where(workflow.c.organisation_id == organisation_id)
    query = query.order_by(workflow.c.created_at.desc(), workflow.c.id.desc()).limit(limit).offset(offset)
    return await reader.rows(query)


async def count(reader: Reader, organisation_id: str) -> int:
    """How many workflows the organisation has."""
    query = select(func.count()).select_from(workflow).where(workflow.c.organisation_id == organisation_id)
    found: int = await reader.value(query)
    return found


async def step(reader: Reader, task_id: str) -> Sequence[Row]:
    """What a task is as a step: one row, or none."""
    return await reader.rows(_STEP, {"id": task_id})


async def step_of_run(reader: Reader, run_id: str) -> Sequence[Row]:
    """The step that a run does: one row, or none."""
    return await reader.rows(_STEP_OF_RUN, {"run_id": run_id})


async def steps(reader: Reader, workflow_ids: Collection[str]) -> Sequence[Row]:
    """The steps of workflows, each one's as they were declared."""
    return await rows_of(reader, _STEPS, workflow_step.c.workflow_id, workflow_ids)


async def dependencies(reader: Reader, task_ids: Collection[str]) -> Sequence[Row]:
    """What these tasks wait for."""
    return await rows_of(reader, _DEPENDENCIES, task_dependency.c.task_id, task_ids)


async def dependents(reader: Reader, task_id: str) -> Sequence[Row]:
    """What waits for this task."""
    return await reader.rows(_DEPENDENTS, {"id": task_id})


async def tasks(reader: Reader, task_ids: Collection[str]) -> Sequence[Row]:
    """The tasks' rows, in the order of their ids."""
    return await rows_of(reader, _TASKS, task.c.id, task_ids)
