"""Scheduled tasks as they are read: pages by their making, behind a task that may be gone, and how their runs stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, case, exists, or_, select

from tasktalk.storage.conditions import is_of_task
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import run, schedule, task, task_meta
from tasktalk.storage.writes import Row

Order: TypeAlias = Literal["asc", "desc"]


IS_UNDER_WAY = exists().where(run.c.task_id == task.c.id, run.c.ended_at.is_(None), is_of_task(run))
_OF_SCHEDULE = (
    *(schedule.c.spec, schedule.c.timezone, schedule.c.words),
    case((schedule.c.is_paused, None), else_=schedule.c.next_run_at).label("next_run_at"),
)
_own = run.alias()
_LAST = (
    select(_own.c.id)
    .where(_own.c.task_id == task.c.id, _own.c.ended_at.is_not(None), is_of_task(_own))
    .order_by(_own.c.ended_at.desc(), _own.c.id.desc())
    .limit(1)
)
_last = run.alias("last")
_IS_LAST = _last.c.id == _LAST.scalar_subquery()
_OF_RUNS = (
    IS_UNDER_WAY.label("is_under_way"),
    _last.c.status.label("last_status"),
    _last.c.ended_at.label("last_ended_at"),
)
_STANDING = select(*_OF_RUNS).select_from(task).outerjoin(_last, _IS_LAST).where(task.c.id == bindparam("task"))
_BESIDE = tuple(column.name for column in (*_OF_SCHEDULE, *_OF_RUNS))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a task stands: it has one of the statuses, or it has `status` and a run under way, or none."""

    statuses: Sequence[str]
    status: str | None = None
    is_under_way: bool = False


@dataclass(frozen=True, slots=True)
class ScheduledFilter:
    """Which scheduled tasks: all conditions that are given hold together."""

    bot: str | None = None
    contact_id: str | None = None
    standing: Standing | None = None
    meta: Mapping[str, str] = field(default_factory=dict)
    """What each entry of the task's context has to say, as `metas.said` puts it."""


async def page(
    reader: Reader,
    organisation_id: str,
    matching: ScheduledFilter,
    *,
    order: Order,
    after: str | None,
    limit: int,
    has_runs: bool = True,
) -> Sequence[tuple[Row, Row]]:
    """The organisation's scheduled tasks by their making, those behind the task with the id `after`.

    Each is the task's row, and what stands beside it: the `spec`, `timezone` and `words` of its schedule with the
    `next_run_at` unless it is paused, all null where it has none, and, if it `has_runs`, what `standing` gives.
    """
    values: dict[str, Any] = {
        "organisation": organisation_id,
        "after": after,
        "limit": limit,
        "bot": matching.bot,
        "contact": matching.contact_id,
    }
    for place, (key, said) in enumerate(matching.meta.items()):
        values |= {f"key_{place}": key, f"said_{place}": said}
    standing = matching.standing
    values |= {f"status_{place}": each for place, each in enumerate(standing.statuses if standing else ())}
    values["status"] = standing and standing.status
    shape = _Shape(
        matching.bot is not None,
        matching.contact_id is not None,
        len(matching.meta),
        None if standing is None else len(standing.statuses),
        None if standing is None or standing.status is None else standing.is_under_way,
        order,
        after is not None,
        has_runs,
    )
    rows = await reader.rows(_page(shape), values)
    return [(row, {name: row.pop(name) for name in _BESIDE if name in row}) for row in map(dict, rows)]


async def standing(reader: Reader, task_id: str) -> Row | None:
    """How the runs of a task stand: `is_under_way` where one has not ended, and of the one that ended last its
    `last_status` and `last_ended_at`. None where there is no such task."""
    return await reader.row(_STANDING, {"task": task_id})


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a list asks, without the values: lists of one shape are one statement, which is compiled once."""

    has_bot: bool
    has_contact: bool
    metas: int
    statuses: int | None
    under_way: bool | None
    order: Order
    has_after: bool
    has_runs: bool


@lru_cache(maxsize=256)
def _page(shape: _Shape) -> Select[Any]:
    # Where a context is asked for, the index of its first entry is walked, else that of all scheduled tasks.
    key: ColumnElement[Any] = task_meta.c.task_id if shape.metas else task.c.id
    tables: FromClause = task
    if shape.metas:
        tables = task_meta.join(task, task.c.id == task_meta.c.task_id)
    tables = tables.outerjoin(schedule, schedule.c.task_id == task.c.id)  # a task has one at most
    query = select(task, *_OF_SCHEDULE)
    if shape.has_runs:
        tables, query = tables.outerjoin(_last, _IS_LAST), query.add_columns(*_OF_RUNS)
    query = query.select_from(tables)
    if shape.metas:
        query = query.where(*_meta(task_meta, 0))
    else:
        query = query.where(task.c.organisation_id == bindparam("organisation"))
    for place in range(1, shape.metas):
        other = task_meta.alias()
        query = query.where(exists().where(*_meta(other, place), other.c.task_id == task.c.id))
    query = query.where(task.c.is_scheduled)
    if shape.has_bot:
        query = query.where(task.c.bot == bindparam("bot"))
    if shape.has_contact:
        query = query.where(task.c.contact_id == bindparam("contact"))
    if shape.statuses is not None:
        query = query.where(_stands(shape.statuses, shape.under_way))
    if shape.has_after:
        query = query.where(key < bindparam("after") if shape.order == "desc" else key > bindparam("after"))
    return query.order_by(key.desc() if shape.order == "desc" else key.asc()).limit(bindparam("limit", None))


def _stands(statuses: int, is_under_way: bool | None) -> ColumnElement[bool]:
    has_one = task.c.status.in_([bindparam(f"status_{place}") for place in range(statuses)])
    if is_under_way is None:
        return has_one
    return or_(has_one, and_(task.c.status == bindparam("status"), IS_UNDER_WAY if is_under_way else ~IS_UNDER_WAY))


def _meta(table: Any, place: int) -> list[ColumnElement[bool]]:
    return [
        table.c.organisation_id == bindparam("organisation"),
        table.c.key == bindparam(f"key_{place}"),
        table.c.said == bindparam(f"said_{place}"),
    ]
