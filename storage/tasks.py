"""Tasks as they are read: one by its id, pages by filter, and the schedule of a scheduled one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, func, select

from tasktalk.storage import counts
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import deadline, schedule, task, task_tag
from tasktalk.storage.writes import Row

Sort: TypeAlias = Literal["created_at", "due_at", "priority", "updated_at"]
Order: TypeAlias = Literal["asc", "desc"]
_Section: TypeAlias = Literal["", "priority", "due", "never due"]

_SORTING = 10
"""How much more it costs to find a row by the filter and sort it than to meet one on the way."""

_NOW: BindParameter[Any] = bindparam("now", None)
_BY_ID = select(task).where(task.c.id == bindparam("id", None))
_SCHEDULE_OF = select(schedule).where(schedule.c.task_id == bindparam("id", None)).order_by(schedule.c.id).limit(1)
_OVERDUE = (
    select(deadline.c.task_id)
    .where(deadline.c.due_at <= _NOW)
    .order_by(deadline.c.due_at, deadline.c.task_id)
    .limit(bindparam("limit", None))
)


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
    return await reader.row(_BY_ID, {"id": task_id})


async def by_ids(reader: Reader, task_ids: Collection[str]) -> Mapping[str, Row]:
    """The rows of those of the tasks that are there."""
    return {row["id"]: row for row in await reader.rows(select(task).where(task.c.id.in_(task_ids)))}


async def schedule_of(reader: Reader, task_id: str) -> Row | None:
    """The row of the task's schedule, or None."""
    return await reader.row(_SCHEDULE_OF, {"id": task_id})


async def overdue(reader: Reader, now: datetime, limit: int) -> list[str]:
    """The ids of open tasks that are past their due date and not known as overdue yet, the longest overdue first."""
    return [row["task_id"] for row in await reader.rows(_OVERDUE, {"now": now, "limit": limit})]


async def after(reader: Reader, organisation_id: str, task_id: str, limit: int) -> Sequence[Row]:
    """The organisation's rows whose ids come behind this one, in their order, which is that of their making."""
    query = select(task).where(task.c.organisation_id == organisation_id, task.c.id > task_id)
    return await reader.rows(query.order_by(task.c.id).limit(limit))


async def page(
    reader: Reader,
    organisation_id: str,
    matching: TaskFilter,
    *,
    sort: Sort,
    order: Order,
    ranking: Sequence[str],
    total: int,
    offset: int,
    limit: int,
) -> Sequence[Row]:
    """The organisation's rows by `sort`, then by creation and id the same way round, so that pages never overlap.

    A task without a due date comes last either way. `ranking` has the priorities, least urgent first; `total` is what
    `count` gives for the same filter.
    """
    size = await counts.counted(reader, organisation_id)
    # Few rows are found by the filter and sorted. Many are met on the way along the index that has them in order.
    is_along = (offset + limit) * size < total * total * _SORTING
    if sort != "due_at" and (matching.due_before is not None or matching.due_after is not None):
        is_along &= total * 10 > size  # what is due in a while was made in one: on the way it lies far off, or nowhere
    shape, values = await _asked(reader, organisation_id, matching)
    rows: list[Row] = []
    for section, word in _sections(sort, order, ranking, matching):
        values |= {"section": word, "limit": limit - len(rows), "offset": offset}
        found = await reader.rows(_page(shape, section, sort, order, is_along), values)
        rows += found
        if len(rows) == limit:
            break
        if found:
            offset = 0
        elif offset:
            offset -= await reader.value(_count(shape, section), values)
    return rows


async def count(reader: Reader, organisation_id: str, matching: TaskFilter) -> int:
    """How many of the organisation's tasks the filter matches, over all pages."""
    tags = list(dict.fromkeys(matching.tags))
    if matching.assignee is None and matching.due_before is None and matching.due_after is None and len(tags) < 2:
        return await counts.counted(
            reader,
            organisation_id,
            statuses=matching.statuses,
            priorities=matching.priorities,
            tag=tags[0] if tags else counts.ALL,
            with_scheduled=matching.with_scheduled,
        )
    shape, values = await _asked(reader, organisation_id, matching)
    found: int = await reader.value(_count(shape, ""), values)
    return found


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a filter has, without its values: filters of one shape are one statement, which is compiled once."""

    statuses: int
    priorities: int
    has_assignee: bool
    has_before: bool
    has_after: bool
    tags: int
    with_scheduled: bool


async def _asked(reader: Reader, organisation_id: str, matching: TaskFilter) -> tuple[_Shape, dict[str, Any]]:
    """The shape of a filter and its values; of several tags the rarest comes first."""
    tags = list(dict.fromkeys(matching.tags))
    if len(tags) > 1:
        numbers = {tag: await counts.counted(reader, organisation_id, tag=tag) for tag in tags}
        tags.sort(key=numbers.__getitem__)
    listed = {"status": matching.statuses or (), "priority": matching.priorities or (), "tag": tags}
    values: dict[str, Any] = {
        f"{name}_{place}": value for name, found in listed.items() for place, value in enumerate(found)
    }
    values |= {"organisation": organisation_id, "assignee": matching.assignee}
    values |= {"before": matching.due_before, "after": matching.due_after}
    shape = _Shape(
        len(listed["status"]),
        len(listed["priority"]),
        matching.assignee is not None,
        matching.due_before is not None,
        matching.due_after is not None,
        len(tags),
        matching.with_scheduled,
    )
    return shape, values


def _sections(sort: Sort, order: Order, ranking: Sequence[str], matching: TaskFilter) -> list[tuple[_Section, str]]:
    """Parts of the list that, one after the other, are in the order that no index has as a whole."""
    if sort == "priority":
        asked = [word for word in ranking if matching.priorities is None or word in matching.priorities]
        return [("priority", word) for word in (asked if order == "asc" else reversed(asked))]
    if sort == "due_at" and matching.due_before is None and matching.due_after is None:
        return [("due", ""), ("never due", "")]
    return [("", "")]


@lru_cache(maxsize=512)
def _page(shape: _Shape, section: _Section, sort: Sort, order: Order, is_along: bool) -> Select[Any]:
    keys = _keys(sort)
    ids = _ids(shape, section, sort, order, is_along)
    some = ids.limit(bindparam("limit", None)).offset(bindparam("offset", None)).subquery()
    return select(task).join(some, some.c.id == task.c.id).order_by(*(_directed(key, order) for key in keys))


def _ids(shape: _Shape, section: _Section, sort: Sort, order: Order, is_along: bool) -> Select[Any]:
    found = _found(task.c.id, shape, section, sort if is_along else None)
    return found.order_by(*(_directed(key if is_along else _unordered(key), order) for key in _keys(sort)))


def _keys(sort: Sort) -> list[ColumnElement[Any]]:
    first = ["created_at"] if sort == "priority" else [sort, "created_at"]
    return [task.c[name] for name in dict.fromkeys([*first, "id"])]


@lru_cache(maxsize=512)
def _count(shape: _Shape, section: _Section) -> Select[Any]:
    return _found(func.count(), shape, section, None)


def _found(what: ColumnElement[Any], shape: _Shape, section: _Section, along: Sort | None) -> Select[Any]:
    """What is asked of the rows. `along` is the order whose index is to be walked; None lets the filter find them."""
    is_by_tag = shape.tags > 0 and along is None
    if is_by_tag:
        query = select(what).select_from(task_tag).join(task, task.c.id == task_tag.c.task_id)
        query = query.where(task_tag.c.tag == bindparam("tag_0"))
    else:
        query = select(what).select_from(task)

    def held(name: str, *, is_one: bool = True) -> ColumnElement[Any]:
        # By creation each index has the rows of one value in order.
        is_free = along is None or (is_one and along in {name, "created_at"})
        return task.c[name] if is_free and not is_by_tag else _unordered(task.c[name])

    organisation = _unordered(task.c.organisation_id) if is_by_tag else task.c.organisation_id
    query = query.where(organisation == bindparam("organisation"))
    for name, number in (("status", shape.statuses), ("priority", shape.priorities)):
        if number:
            column = held(name, is_one=number == 1)
            one_of: list[BindParameter[Any]] = [bindparam(f"{name}_{place}") for place in range(number)]
            query = query.where(column == one_of[0] if number == 1 else column.in_(one_of))
    if shape.has_assignee:
        query = query.where(held("assignee") == bindparam("assignee"))
    due_at = task.c.due_at if along in {None, "due_at"} and not is_by_tag else _unordered(task.c.due_at)
    if shape.has_before:
        query = query.where(due_at < bindparam("before"))
    if shape.has_after:
        query = query.where(due_at > bindparam("after"))
    for place in range(1 if is_by_tag else 0, shape.tags):
        other = task_tag.alias()
        has_tag = exists().where(other.c.tag == bindparam(f"tag_{place}"), other.c.task_id == task.c.id)
        query = query.where(has_tag)
    if not shape.with_scheduled:
        query = query.where(task.c.is_scheduled.is_(False))
    match section:
        case "priority":
            query = query.where(task.c.priority == bindparam("section"))
        case "due":
            query = query.where(task.c.due_at.is_not(None))
        case "never due":
            query = query.where(task.c.due_at.is_(None))
    return query


def _unordered(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same value, for which no index is looked at: neither database lets a statement name its index."""
    return func.coalesce(column, column)


def _directed(key: ColumnElement[Any], order: Order) -> ColumnElement[Any]:
    return key.desc() if order == "desc" else key.asc()
