"""Tasks as they are read: one by its id, pages by filter, and the schedule of a scheduled one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, case, exists, func, select

from tasktalk.storage.database import Reader
from tasktalk.storage.tables import deadline, schedule, task, task_tag
from tasktalk.storage.writes import Row

Sort: TypeAlias = Literal["created_at", "due_at", "priority", "updated_at"]
Order: TypeAlias = Literal["asc", "desc"]

_NOW: BindParameter[Any] = bindparam("now", None)
_OVERDUE = (
    select(deadline.c.task_id)
    .where(deadline.c.due_at <= _NOW)
    .order_by(deadline.c.due_at, deadline.c.task_id)
    .limit(bindparam("limit", None))
)
_NEXT_DEADLINE = select(func.min(deadline.c.due_at))
_NEXT_DEADLINE_AFTER = _NEXT_DEADLINE.where(deadline.c.due_at > _NOW)


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks: all conditions that are given hold together."""

    statuses: Sequence[str] | None = None
    priorities: Sequence[str] | None = None
    assignee: str | None = None
    due_before: datetime | None = None  # strictly; a task without a due date is left out
    due_after: datetime | None = None
    tags: Sequence[str] = ()  # a task has to have every one
    with_scheduled: bool = False


async def by_id(reader: Reader, task_id: str) -> Row | None:
    """The task's row, whichever organisation it belongs to."""
    return await reader.row(select(task).where(task.c.id == task_id))


async def by_ids(reader: Reader, task_ids: Collection[str]) -> Mapping[str, Row]:
    """The rows of those of the tasks that are there."""
    return {row["id"]: row for row in await reader.rows(select(task).where(task.c.id.in_(task_ids)))}


async def schedule_of(reader: Reader, task_id: str) -> Row | None:
    """The row of the task's schedule, or None."""
    return await reader.row(select(schedule).where(schedule.c.task_id == task_id).order_by(schedule.c.id).limit(1))


async def overdue(reader: Reader, now: datetime, limit: int) -> list[str]:
    """The ids of open tasks that are past their due date and not known as overdue yet, the longest overdue first."""
    return [row["task_id"] for row in await reader.rows(_OVERDUE, {"now": now, "limit": limit})]


async def next_deadline(reader: Reader, after: datetime | None = None) -> datetime | None:
    """When the next open task falls due, of those due after `after`."""
    found: datetime | None = await reader.value(_NEXT_DEADLINE_AFTER if after else _NEXT_DEADLINE, {"now": after})
    return found


async def page(
    reader: Reader,
    organisation_id: str,
    matching: TaskFilter,
    *,
    sort: Sort,
    order: Order,
    ranking: Sequence[str],
    offset: int,
    limit: int,
) -> Sequence[Row]:
    """The organisation's rows by `sort`, then by creation and id the same way round, so that pages never overlap.

    A task without a due date comes last either way. `ranking` has the priorities, least urgent first.
    """
    keys: list[ColumnElement[Any]] = []
    match sort:
        case "priority":
            keys.append(case({word: place for place, word in enumerate(ranking)}, value=task.c.priority, else_=-1))
        case "due_at" | "updated_at":
            keys.append(task.c[sort])
    keys += [task.c.created_at, task.c.id]
    query = select(task).where(_condition(organisation_id, matching)).limit(limit).offset(offset)
    if sort == "due_at":
        query = query.order_by(task.c.due_at.is_(None))
    query = query.order_by(*(key.desc() if order == "desc" else key.asc() for key in keys))
    return await reader.rows(query)


async def count(reader: Reader, organisation_id: str, matching: TaskFilter) -> int:
    """How many of the organisation's tasks the filter matches, over all pages."""
    query = select(func.count()).select_from(task).where(_condition(organisation_id, matching))
    found: int = await reader.value(query)
    return found


def _condition(organisation_id: str, matching: TaskFilter) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [task.c.organisation_id == organisation_id]
    if matching.statuses is not None:
        conditions.append(task.c.status.in_(matching.statuses))
    if matching.priorities is not None:
        conditions.append(task.c.priority.in_(matching.priorities))
    if matching.assignee is not None:
        conditions.append(task.c.assignee == matching.assignee)
    if matching.due_before is not None:
        conditions.append(task.c.due_at < matching.due_before)
    if matching.due_after is not None:
        conditions.append(task.c.due_at > matching.due_after)
    conditions += [
        exists().where(task_tag.c.tag == tag, task_tag.c.task_id == task.c.id) for tag in dict.fromkeys(matching.tags)
    ]
    if not matching.with_scheduled:
        conditions.append(~exists().where(schedule.c.task_id == task.c.id))
    return and_(*conditions)
