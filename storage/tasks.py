"""Tasks as they are read: one by its id, pages by filter, and the schedule of a scheduled one."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from math import inf
from typing import Any, Literal, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Table,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from tasktalk.storage import counts
from tasktalk.storage.many import rows_of
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import deadline, schedule, task, task_tag
from tasktalk.storage.writes import Row

Sort: TypeAlias = Literal["created_at", "due_at", "priority", "updated_at"]
Order: TypeAlias = Literal["asc", "desc"]
_Section: TypeAlias = Literal["", "priority", "due", "never due"]
_By: TypeAlias = Literal[
    "", "assignee", "space_id", "status", "priority", "due_at", "tag", "tag and priority", "tag and due_at"
]
"""The condition by which rows are found; none where there is no condition that has an index."""

_WITH_TAG: Mapping[_By, str] = {"tag": "", "tag and priority": "priority", "tag and due_at": "due_at"}
"""By which column those with a tag are found, besides the tag."""

_PROBED = 8
_SORTED = 4
_MANY = 100_000
"""What a row costs that is looked up among those with another tag; that is sorted. To meet one in an index is 1; so
many are not counted to know what is cheaper."""

_NOW: BindParameter[Any] = bindparam("now", None)
_BY_ID = select(task).where(task.c.id == bindparam("id", None))
_SCHEDULE_OF = select(schedule).where(schedule.c.task_id == bindparam("id", None)).order_by(schedule.c.id).limit(1)
# Written out as the index has them.
_BEGUN = select(task).where(
    task.c.organisation_id == bindparam("organisation", None),
    task.c.status.in_([literal_column("'in_progress'"), literal_column("'waiting'")]),
    task.c.is_scheduled.is_(False),
)
_FIRST_BEGUN = _BEGUN.where(task.c.started_at.is_not(None)).order_by(task.c.started_at, task.c.id).limit(1)
_NEVER_BEGUN = _BEGUN.where(task.c.started_at.is_(None)).order_by(task.c.id).limit(1)
_OVERDUE = (
    select(deadline)
    .where(deadline.c.due_at <= _NOW)
    .order_by(deadline.c.due_at, deadline.c.task_id)
    .limit(bindparam("limit", None))
)
_TASKS = select(task)


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
    space_id: str | None = None


async def by_id(reader: Reader, task_id: str) -> Row | None:
    """The task's row, whichever organisation it belongs to."""
    return await reader.row(_BY_ID, {"id": task_id})


async def by_ids(reader: Reader, task_ids: Collection[str]) -> Mapping[str, Row]:
    """The rows of those of the tasks that are there."""
    return {row["id"]: row for row in await rows_of(reader, _TASKS, task.c.id, task_ids)}


async def schedule_of(reader: Reader, task_id: str) -> Row | None:
    """The row of the task's schedule, or None."""
    return await reader.row(_SCHEDULE_OF, {"id": task_id})


async def first_begun(reader: Reader, organisation_id: str) -> Row | None:
    """The organisation's row that was begun first, of those that are under way and have no schedule."""
    given = {"organisation": organisation_id}
    return await reader.row(_FIRST_BEGUN, given) or await reader.row(_NEVER_BEGUN, given)


async def older(
    reader: Reader,
    organisation_id: str,
    place: tuple[datetime, str] | None,
    limit: int,
    *,
    statuses: Sequence[str] | None = None,
    with_scheduled: bool = False,
) -> Sequence[Row]:
    """The organisation's rows made before a moment, or at it and with a lesser id, the newest first."""
    query = select(task).where(task.c.organisation_id == organisation_id)
    if place is not None:
        at, task_id = place
        query = query.where(task.c.created_at <= at, or_(task.c.created_at < at, task.c.id < task_id))
    if statuses is not None:
        query = query.where(_unordered(task.c.status).in_(statuses))
    if not with_scheduled:
        query = query.where(task.c.is_scheduled.is_(False))
    return await reader.rows(query.order_by(task.c.created_at.desc(), task.c.id.desc()).limit(limit))


async def overdue(reader: Reader, now: datetime, limit: int) -> Sequence[Row]:
    """The deadlines that have passed, the longest ago first: of open tasks that are not known as overdue yet, and
    warnings."""
    return await reader.rows(_OVERDUE, {"now": now, "limit": limit})


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
    offset: int,
    limit: int,
) -> tuple[Sequence[Row], int]:
    """The organisation's rows by `sort`, then by creation and id the same way round, so that pages never overlap; and
    how many match over all pages.

    A task without a due date comes last either way. `ranking` has the priorities, least urgent first.
    """
    total = await _kept(reader, organisation_id, matching) if _is_kept(matching) else None
    if total is not None and offset >= total:
        return [], total
    shape, values, choice = await _asked(reader, organisation_id, matching)
    if total is None:
        total = await reader.value(_count(shape, "", choice.by), values)
    if offset >= total:
        return [], total
    is_reversed = offset > total - offset - limit
    if is_reversed:  # the end is nearer
        limit = min(limit, total - offset)
        offset = total - offset - limit
        order = "desc" if order == "asc" else "asc"
    way = _Way(sort, order, is_reversed, choice.by, tuple(ranking))
    sections = _sections(way, matching)
    is_known = offset == 0 or len(sections) == 1 or _is_kept(matching)  # how many rows are in which section
    if not is_known or not _is_along(shape, choice, sort, offset + limit, total):
        found = await reader.rows(_page(shape, "", way, False), {**values, "limit": limit, "offset": offset})
        return found[::-1] if is_reversed else found, total
    rows: list[Row] = []
    for section, word in sections:
        if section == "priority" and _is_kept(matching):
            number = await _kept(reader, organisation_id, replace(matching, priorities=[word]))
            if number is not None and offset >= number:
                offset -= number
                continue
        values |= {"section": word, "limit": limit - len(rows), "offset": offset}
        found = await reader.rows(_page(shape, section, way, True), values)
        rows += found
        if len(rows) >= limit:
            break
        if found:
            offset = 0
        elif offset:
            offset -= await reader.value(_count(shape, section, choice.by), values)
    return rows[::-1] if is_reversed else rows, total


def _is_along(shape: "_Shape", choice: "_Choice", sort: Sort, depth: int, total: int) -> bool:
    """Whether to walk along the index that has the rows in order, or to find all by the filter and sort them.

    `total` of the rows on the way match, of which `depth` have to be met.
    """
    by = choice.by
    if by in ("", "tag") or by.endswith(sort) or shape.is_in_order(by, sort):
        return True
    if (shape.has_before or shape.has_after) and sort != "due_at" and total * 10 <= choice.on_the_way:
        return False  # what is due in a while was made in one: on the way it lies far off, or nowhere
    walked = depth * choice.on_the_way / total * shape.cost(is_tagged=shape.tags > 0)
    return walked < choice.cost + total * _SORTED


def _is_kept(matching: TaskFilter) -> bool:
    """Whether the number of rows is kept, and need not be counted but where tasks have very many tags."""
    others = (matching.assignee, matching.space_id, matching.due_before, matching.due_after)
    return all(value is None for value in others) and len(set(matching.tags)) <= 2


async def _kept(reader: Reader, organisation_id: str, matching: TaskFilter) -> int | None:
    asked: dict[str, Any] = {"statuses": matching.statuses, "priorities": matching.priorities}
    asked["with_scheduled"] = matching.with_scheduled
    match list(dict.fromkeys(matching.tags)):
        case [tag, other]:
            return await counts.with_both(reader, organisation_id, (tag, other), **asked)
        case [tag]:
            return await counts.counted(reader, organisation_id, tag=tag, **asked)
        case _:
            return await counts.counted(reader, organisation_id, **asked)


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
    has_space: bool = False

    def is_in_order(self, by: _By, sort: Sort) -> bool:
        """Whether the index of a condition has its rows in this order: each has those of one value by creation."""
        one = {"assignee": 1, "space_id": 1, "status": self.statuses, "tag": 1}
        one |= {"priority": self.priorities, "tag and priority": self.priorities}
        return sort == "created_at" and one.get(by) == 1

    def cost(self, *, is_tagged: bool) -> int:
        """What it costs to meet a row: of those with the first tag, or of all, and to look for it with the others."""
        return 1 + _PROBED * (self.tags - is_tagged)

    def alone(self, by: _By) -> "_Shape":
        """A filter that has this condition only, and of tags the first."""
        is_due = "due_at" in by
        return _Shape(
            *(0, 0, by == "assignee"),
            *(is_due and self.has_before, is_due and self.has_after),
            tags=by in _WITH_TAG,
            with_scheduled=True,
            has_space=by == "space_id",
        )


@dataclass(frozen=True, slots=True)
class _Choice:
    """By what rows are found, and what that costs."""

    by: _By
    cost: float
    on_the_way: int  # how many there are to be met in the index of an order


@dataclass(frozen=True, slots=True)
class _Way:
    """In which order rows are wanted, and by what they are found."""

    sort: Sort
    order: Order
    is_reversed: bool  # from the end of the list
    by: _By
    ranking: tuple[str, ...]

    def index(self, shape: _Shape, *, is_along: bool) -> tuple[Table, str]:
        """Which rows to look at, and by which column to find them."""
        if is_along and not shape.is_in_order(self.by, self.sort):
            return task_tag if shape.tags else task, self.sort
        return _index(self.by, "")

    def keys(self, rows: Table, *, is_along: bool) -> list[ColumnElement[Any]]:
        """What to order by. Along an index a section has one priority, or either due dates or none."""
        last = "task_id" if rows is task_tag else "id"
        names = dict.fromkeys([*([] if self.sort == "priority" else [self.sort]), "created_at", last])
        if is_along:
            return [_directed(rows.c[name], self.order) for name in names]
        keys = [_directed(_unordered(rows.c[name]), self.order) for name in names]
        if self.sort == "priority":
            rank = case({word: place for place, word in enumerate(self.ranking)}, value=rows.c.priority)
            return [_directed(rank, self.order), *keys]
        if self.sort == "due_at":
            never = case((rows.c.due_at.is_(None), 1), else_=0)
            return [_directed(never, "desc" if self.is_reversed else "asc"), *keys]
        return keys


async def _asked(reader: Reader, organisation_id: str, matching: TaskFilter) -> tuple[_Shape, dict[str, Any], _Choice]:
    """The shape of a filter, its values and by what to find its rows; of several tags the rarest comes first."""
    numbers = {tag: await counts.counted(reader, organisation_id, tag=tag) for tag in matching.tags}
    rarest = sorted(numbers, key=numbers.__getitem__)
    listed = {"status": matching.statuses or (), "priority": matching.priorities or (), "tag": rarest}
    values: dict[str, Any] = {
        f"{name}_{place}": value for name, found in listed.items() for place, value in enumerate(found)
    }
    values |= {"organisation": organisation_id, "assignee": matching.assignee, "space": matching.space_id}
    values |= {"before": matching.due_before, "after": matching.due_after}
    shape = _Shape(
        len(listed["status"]),
        len(listed["priority"]),
        matching.assignee is not None,
        matching.due_before is not None,
        matching.due_after is not None,
        len(rarest),
        matching.with_scheduled,
        matching.space_id is not None,
    )
    size = numbers[rarest[0]] if rarest else await counts.counted(reader, organisation_id)
    return shape, values, await _cheapest(reader, matching, shape, values, size)


async def _cheapest(
    reader: Reader, matching: TaskFilter, shape: _Shape, values: Mapping[str, Any], on_the_way: int
) -> _Choice:
    """The condition by which the rows are found at the least cost: no database knows how many have which value."""
    organisation_id: str = values["organisation"]
    costs: dict[_By, float] = {"tag": on_the_way * shape.cost(is_tagged=True)} if shape.tags else {}
    if matching.statuses:
        number = await counts.counted(reader, organisation_id, statuses=matching.statuses)
        costs["status"] = number * shape.cost(is_tagged=False)
    if matching.priorities:
        tag = values["tag_0"] if shape.tags else counts.ALL
        number = await counts.counted(reader, organisation_id, priorities=matching.priorities, tag=tag)
        costs["tag and priority" if shape.tags else "priority"] = number * shape.cost(is_tagged=shape.tags > 0)
    uncounted: list[_By] = ["assignee"] if shape.has_assignee else []
    uncounted += ["space_id"] if shape.has_space else []
    if shape.has_before or shape.has_after:
        uncounted.append("tag and due_at" if shape.tags else "due_at")
    for by in uncounted:  # no further than it is worth
        cost = shape.cost(is_tagged=by in _WITH_TAG)
        limit = int(min(_MANY, 1 + min(costs.values(), default=inf) // cost))
        if costs or len(uncounted) > 1:
            number = await reader.value(_at_most(shape.alone(by), by), {**values, "limit": limit})
            costs[by] = inf if number == limit else number * cost
        else:
            costs[by] = 0  # all that match, and no others
    by = _least(costs)
    return _Choice(by, costs.get(by, 0), on_the_way)


def _least(costs: Mapping[_By, float]) -> _By:
    return min(costs, key=costs.__getitem__, default="")


def _sections(way: _Way, matching: TaskFilter) -> list[tuple[_Section, str]]:
    """Parts of the list that, one after the other, are in the order that no index has as a whole."""
    if way.sort == "priority":
        asked = [word for word in way.ranking if matching.priorities is None or word in matching.priorities]
        return [("priority", word) for word in (asked if way.order == "asc" else reversed(asked))]
    if way.sort == "due_at" and matching.due_before is None and matching.due_after is None:
        parts: list[tuple[_Section, str]] = [("due", ""), ("never due", "")]
        return parts[::-1] if way.is_reversed else parts
    return [("", "")]


@lru_cache(maxsize=512)
def _page(shape: _Shape, section: _Section, way: _Way, is_along: bool) -> Select[Any]:
    ids = _ids(shape, section, way, is_along)
    some = ids.limit(bindparam("limit", None)).offset(bindparam("offset", None)).subquery()
    return select(task).join(some, some.c.id == task.c.id).order_by(*way.keys(task, is_along=is_along))


def _ids(shape: _Shape, section: _Section, way: _Way, is_along: bool) -> Select[Any]:
    rows, column = way.index(shape, is_along=is_along)
    return _found(_id(rows).label("id"), rows, column, shape, section).order_by(*way.keys(rows, is_along=is_along))


@lru_cache(maxsize=512)
def _count(shape: _Shape, section: _Section, by: _By) -> Select[Any]:
    return _found(func.count(), *_index(by, section), shape, section)


@lru_cache(maxsize=64)
def _at_most(shape: _Shape, by: _By) -> Select[Any]:
    rows, column = _index(by, "")
    some = _found(_id(rows), rows, column, shape, "").limit(bindparam("limit", None)).subquery()
    return select(func.count()).select_from(some)


def _index(by: _By, section: _Section) -> tuple[Table, str]:
    """Which rows have the condition, and by which column to find them: by that of the section, where there is none."""
    of_section = {"priority": "priority", "due": "due_at", "never due": "due_at"}.get(section, "")
    if by in _WITH_TAG:
        return task_tag, _WITH_TAG[by] or of_section
    return task, by or of_section


def _id(rows: Table) -> ColumnElement[Any]:
    return rows.c.task_id if rows is task_tag else rows.c.id


def _found(what: ColumnElement[Any], rows: Table, column: str, shape: _Shape, section: _Section) -> Select[Any]:
    """What is asked of all rows, or of those of the first tag, which have all that is filtered and sorted by.

    One condition is left by which an index can be chosen, and the others are asked of what it has.
    """

    def held(name: str) -> ColumnElement[Any]:
        return rows.c[name] if name == column else _unordered(rows.c[name])

    query = select(what).where(rows.c.organisation_id == bindparam("organisation"))
    if rows is task_tag:
        query = query.where(task_tag.c.tag == bindparam("tag_0"))
    if shape.has_space and rows is task_tag:  # which is not held of a tag's tasks
        query = query.where(exists().where(task.c.id == task_tag.c.task_id, task.c.space_id == bindparam("space")))
    elif shape.has_space:
        query = query.where(held("space_id") == bindparam("space"))
    return query.where(*_with_tags(shape, rows), *_conditions(shape, section, held))


def _with_tags(shape: _Shape, rows: Table) -> Iterator[ColumnElement[Any]]:
    """That a row has the filter's other tags, too."""
    for place in range(rows is task_tag, shape.tags):
        other = task_tag.alias()
        yield exists().where(
            other.c.organisation_id == bindparam("organisation"),
            other.c.tag == bindparam(f"tag_{place}"),
            other.c.created_at == rows.c.created_at,
            other.c.task_id == _id(rows),
        )


def _conditions(
    shape: _Shape, section: _Section, held: Callable[[str], ColumnElement[Any]]
) -> Iterator[ColumnElement[Any]]:
    """What a filter asks of what is held of a task, besides its tags."""
    for name, number in (("status", shape.statuses), ("priority", shape.priorities)):
        if number and (name, section) != ("priority", "priority"):
            one_of: list[BindParameter[Any]] = [bindparam(f"{name}_{place}") for place in range(number)]
            yield held(name) == one_of[0] if number == 1 else held(name).in_(one_of)
    if shape.has_assignee:
        yield held("assignee") == bindparam("assignee")
    if shape.has_before:
        yield held("due_at") < bindparam("before")
    if shape.has_after:
        yield held("due_at") > bindparam("after")
    if not shape.with_scheduled:
        yield held("is_scheduled").is_(False)
    match section:
        case "priority":
            yield held("priority") == bindparam("section")
        case "due":
            yield held("due_at").is_not(None)
        case "never due":
            yield held("due_at").is_(None)


def _unordered(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same value, for which no index is looked at: neither database lets a statement name its index."""
    return func.coalesce(column, column)


def _directed(key: ColumnElement[Any], order: Order) -> ColumnElement[Any]:
    return key.desc() if order == "desc" else key.asc()
