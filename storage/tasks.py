"""Tasks as they are read: one by its id, pages by filter, and the schedule of a scheduled one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from math import inf, prod
from typing import Any

from sqlalchemy import BindParameter, bindparam, literal_column, or_, select

from tasktalk.storage import counts, starts, tags
from tasktalk.storage.listing import (
    WITH_TAG,
    By,
    Choice,
    Order,
    Shape,
    Sort,
    TaskFilter,
    Way,
    at_most,
    count_of,
    ids_and_number_of,
    opposite,
    page_of,
    parts_of,
    unordered,
)
from tasktalk.storage.many import rows_of
from tasktalk.storage.reading import Reader
from tasktalk.storage.starts import Listed, Start
from tasktalk.storage.tables import deadline, schedule, task
from tasktalk.storage.writes import Row

_SORTED = 4
"""What a row costs that is sorted; to meet one in an index is 1."""
_AT_ONCE = 10
"""What a row costs that is put down while all are counted, and then sorted."""
_MOST_AT_ONCE = 10_000
"""Where more match than it seemed, they are counted first."""
_WHOLE = 50_000
"""So many rows are looked at whole, though what is kept of them would tell where to look."""
_TEXTS = 1_000
"""So many texts of all tags are looked at in the time in which as many rows are met as make it worth while."""
_WORTH_TEXTS: Mapping[str, float] = {"sqlite": 25_000}
"""PostgreSQL gathers all rows of a tag for each of its texts, where it expects few of them."""
_MANY = 100_000
"""So many are not counted to know what is cheaper."""
_FAR = 5_000
"""So many rows before a page are walked past: to read how many there are in each period takes as long."""

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
        query = query.where(unordered(task.c.status).in_(statuses))
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
    total = await starts.kept(reader, organisation_id, matching) if starts.is_kept(matching) else None
    found_in: Mapping[str, starts.Extent] = {}
    if total is not None and offset >= total:
        return [], total
    shape, values, choice = await _asked(reader, organisation_id, matching)
    listed = Listed(reader, matching, shape, values, choice, ranking if sort == "priority" and offset else ())
    if total is None and _is_at_once(listed):
        way = Way(sort, order, is_reversed=False, by=choice.by, ranking=tuple(ranking))
        given = {"limit": limit, "offset": offset, "most": _MOST_AT_ONCE}
        if found := await reader.rows(ids_and_number_of(shape, way), {**values, **given}):
            its = await by_ids(reader, [row["id"] for row in found])
            return [its[row["id"]] for row in found], found[0]["matches"]
    extents = await starts.extents(listed, sort, offset) if total is None else None
    if extents is not None:
        total, found_in = extents
    elif total is None:
        total = await listed.count()
    if offset >= total:
        return [], total
    is_reversed = offset > total - offset - limit
    if is_reversed:  # the end is nearer
        limit = min(limit, total - offset)
        offset = total - offset - limit
        order = opposite(order)
    way = Way(sort, order, is_reversed, choice.by, tuple(ranking))
    parts = parts_of(way, matching)
    start = None
    if extents is not None:
        start = await starts.within(listed, found_in, way, parts, offset, limit)
    elif offset * choice.on_the_way > _FAR * total:
        start = await starts.between_periods(listed, way, parts, offset, limit)
    is_known = start is not None or offset == 0 or len(parts) == 1 or listed.has_numbers
    if not is_known or not _is_along(shape, choice, sort, start, offset + limit, total):
        found = await reader.rows(page_of(shape, "", way, False), {**values, "limit": limit, "offset": offset})
        return found[::-1] if is_reversed else found, total
    rows: list[Row] = []
    while start is not None:
        rows += await start.rows(reader, shape, way, values)
        parts, offset = parts[parts.index(start.part) + 1 :], 0
        start = None
        if extents is not None:
            start = (
                await starts.within(listed, found_in, way, parts, 0, limit - len(rows)) if len(rows) < limit else None
            )
            parts = parts if start is not None else []
    for section, word in parts:
        if len(rows) >= limit:
            break
        if offset and section == "priority" and listed.has_numbers:
            number = await listed.count(word)
            if offset >= number:
                offset -= number
                continue
        values |= {"section": word, "limit": limit - len(rows), "offset": offset}
        found = await reader.rows(page_of(shape, section, way, True), values)
        rows += found
        if found:
            offset = 0
        elif offset:
            offset -= await reader.value(count_of(shape, section, choice.by), values)
    return rows[::-1] if is_reversed else rows, total


def _is_at_once(listed: Listed) -> bool:
    """Whether all that match are counted and sorted in one walk, for so few of those that are met that it costs no more
    than to count them."""
    choice = listed.choice
    if choice.by == "tags" or choice.about > _MOST_AT_ONCE or (listed.has_periods and choice.cost > _WHOLE):
        return False
    return choice.about * _AT_ONCE <= choice.cost


def _is_along(shape: Shape, choice: Choice, sort: Sort, start: Start | None, depth: int, total: int) -> bool:
    """Whether to walk along the index that has the rows in order, or to find all by the filter and sort them.

    `total` of the rows on the way match, of which `depth` have to be met, or as many as the start says.
    """
    by = choice.by
    if by in ("", "tag") or by.endswith(sort) or shape.is_in_order(by, sort):
        return True
    density = None
    if start is not None:
        depth, density = start.offset + start.limit, start.density
    if density is None:
        if (shape.has_before or shape.has_after) and sort != "due_at" and total * 10 <= choice.on_the_way:
            return False  # what is due in a while was made in one: on the way it lies far off, or nowhere
        density = total / choice.on_the_way
    return depth / density * shape.cost(is_tagged=shape.tags > 0) < choice.cost + total * _SORTED


async def _asked(reader: Reader, organisation_id: str, matching: TaskFilter) -> tuple[Shape, dict[str, Any], Choice]:
    """The shape of a filter, its values and by what to find its rows; of several tags the rarest comes first."""
    numbers = {tag: await counts.counted(reader, organisation_id, tag=tag) for tag in matching.tags}
    rarest = sorted(numbers, key=numbers.__getitem__)
    listed = {"status": matching.statuses or (), "priority": matching.priorities or (), "tag": rarest}
    values: dict[str, Any] = {
        f"{name}_{place}": value for name, found in listed.items() for place, value in enumerate(found)
    }
    values |= {"organisation": organisation_id, "assignee": matching.assignee, "space": matching.space_id}
    values |= {f"mark_{place}": tags.mark_of(tag) for place, tag in enumerate(rarest)}
    values |= {"bits": tags.bits_of(rarest), "before": matching.due_before, "after": matching.due_after}
    shape = Shape(
        len(listed["status"]),
        len(listed["priority"]),
        matching.assignee is not None,
        matching.due_before is not None,
        matching.due_after is not None,
        len(rarest),
        matching.with_scheduled,
        matching.space_id is not None,
    )
    choice = await _cheapest(reader, matching, shape, values, [numbers[tag] for tag in rarest])
    # What has another condition may be far less than what has the texts.
    is_by_tag = len(rarest) > 1 and choice.by in ("tag", "tag and due_at") and not starts.is_kept(matching)
    if is_by_tag and choice.cost > _WORTH_TEXTS.get(reader.connection.dialect.name, inf):
        texts = await tags.texts_with(reader, organisation_id, rarest[0], rarest[1:], _TEXTS)
        if texts is not None:
            places = 1 << max(0, len(texts) - 1).bit_length()
            given = [*texts, *[None] * (places - len(texts))]
            values |= {f"text_{place}": text for place, text in enumerate(given)}
            return replace(shape, texts=places), values, replace(choice, by="tags", cost=choice.tagged)
    return shape, values, choice


async def _cheapest(
    reader: Reader, matching: TaskFilter, shape: Shape, values: Mapping[str, Any], tagged: Sequence[int]
) -> Choice:
    """The condition by which the rows are found at the least cost: no database knows how many have which value."""
    organisation_id: str = values["organisation"]
    everything = 0 if tagged and starts.is_kept(matching) else await counts.counted(reader, organisation_id)
    on_the_way = tagged[0] if tagged else everything
    numbers: dict[By, float] = {"tag": on_the_way} if tagged else {}
    tag = values["tag_0"] if tagged else counts.ALL
    if matching.statuses:
        numbers["status"] = await counts.counted(reader, organisation_id, statuses=matching.statuses)
    if matching.priorities:
        number = await counts.counted(reader, organisation_id, priorities=matching.priorities, tag=tag)
        numbers["tag and priority" if tagged else "priority"] = number
    if shape.has_before or shape.has_after:
        periods = await counts.periods(reader, organisation_id, "due_count", tag=tag)
        due = counts.about(periods, matching.due_after, matching.due_before)
        numbers["tag and due_at" if tagged else "due_at"] = due
    costs = {by: number * shape.cost(is_tagged=by in WITH_TAG) for by, number in numbers.items()}
    uncounted: list[By] = ["assignee"] if shape.has_assignee else []
    uncounted += ["space_id"] if shape.has_space else []
    for by in uncounted:  # no further than it is worth
        cost = shape.cost(is_tagged=False)
        limit = int(min(_MANY, 1 + min(costs.values(), default=inf) // cost))
        if costs or len(uncounted) > 1:
            number = await reader.value(at_most(shape.alone(by), by), {**values, "limit": limit})
            costs[by] = inf if number == limit else number * cost
            if number < limit:
                numbers[by] = number
        else:
            costs[by] = 0  # all that match, and no others
    by = _least(costs)
    of_tags: dict[By, float] = {by: number for by, number in numbers.items() if by in ("tag", "tag and due_at")}
    about, with_tags = (_about(some, on_the_way, everything, tagged) for some in (numbers, of_tags))
    return Choice(by, costs.get(by, 0), on_the_way, about, with_tags)


def _about(numbers: Mapping[By, float], on_the_way: int, everything: int, tagged: Sequence[int]) -> float:
    """How many of all rows match, if they have each condition and each tag as often as others do that have another."""
    shares = [number / max(1, on_the_way if by in WITH_TAG else everything) for by, number in numbers.items()]
    return on_the_way * prod(shares) * prod(number / max(1, everything) for number in tagged[1:])


def _least(costs: Mapping[By, float]) -> By:
    return min(costs, key=costs.__getitem__, default="")
