"""How many tasks there are of each kind, kept with every change: counting a million takes too long for a page.

They are kept for each four weeks in which tasks were created or changed, or are due, so that a page in the middle of a
long list is looked for where it begins, and not by all that lies before it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import combinations
from math import inf
from typing import Any, Literal, TypeAlias, get_args

from sqlalchemy import Integer, Label, Select, Table, bindparam, case, cast, func, select

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import task_count, task_due_count, task_due_day, task_pair_count
from tasktalk.storage.writes import Row, WriteSet, storable

ALL = ""
"""Stands for the tag where tasks count whatever their tags."""

PERIOD = timedelta(weeks=4)

MOST_PAIRED = 8
"""A task with more tags than that has more pairs of them than a change can be kept waiting for."""

Counted: TypeAlias = Literal["count", "updated_count", "due_count", "undue_count"]
"""What is counted in a period: those created in it, last changed, due; created, of those that are never due."""

DuePeriod: TypeAlias = tuple[int, int, int]
"""In which period so many are due, in which they were made, or changed, and how many."""

_STATE = ("is_scheduled", "status", "priority")
_KEY = ("organisation_id", "tag", *_STATE, "period")
_NONE: Mapping[str, int] = dict.fromkeys(get_args(Counted), 0)
_DUE_KEY = ("organisation_id", *_STATE, "due_period", "period")
_NONE_DUE: Mapping[str, int] = {"count": 0, "updated_count": 0}
_Numbers: TypeAlias = dict[tuple[Any, ...], dict[str, int]]
"""By state and period; of those with a due date, also by the period of that."""
_CROWDED = ""
"""Stands for the other tag of a pair where a task has more tags than pairs are counted of."""
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_LATEST = datetime.max.replace(tzinfo=UTC)
_DAYS = select(
    func.min(task_due_day.c.first_made_day).label("first"),
    func.max(task_due_day.c.last_made_day).label("made"),
    func.max(task_due_day.c.last_changed_day).label("changed"),
).where(
    task_due_day.c.organisation_id == bindparam("organisation", None),
    task_due_day.c.day.between(bindparam("since", None), bindparam("until", None)),
)

_DUE_NUMBERS = select(func.count()).select_from(
    select(task_due_count.c.period)
    .where(
        task_due_count.c.organisation_id == bindparam("organisation", None),
        task_due_count.c.due_period.between(bindparam("since", None), bindparam("until", None)),
    )
    .limit(bindparam("limit", None))
    .subquery()
)


def follow(writes: WriteSet, before: Row | None, after: Row | None) -> None:
    """Adds to the write set what a task's change does to the numbers; None stands for no task."""
    days = None if after is None else _days(after)
    if after is not None and days is not None and (before is None or _days(before) != days):
        writes.add("task_due_day", {"organisation_id": after["organisation_id"], **days[0]}, days[1])
    was, will_be = _numbers(before, -1), _numbers(after, 1)
    changed = _sum_of(was, will_be)
    if before is not None and after is not None and not changed and before["tags"] == after["tags"]:
        return
    earlier, later = _tags(before), _tags(after)
    organisation_id = (after or before or {})["organisation_id"]
    for tag in dict.fromkeys((*earlier, *later)):
        for cell, numbers in (was if tag not in later else will_be if tag not in earlier else changed).items():
            writes.add("task_count", dict(zip(_KEY, (organisation_id, tag, *cell), strict=True)), numbers)
    for cell, numbers in _sum_of(_due_numbers(before, -1), _due_numbers(after, 1)).items():
        writes.add("task_due_count", dict(zip(_DUE_KEY, (organisation_id, *cell), strict=True)), numbers)
    is_of_a_kind = before is not None and after is not None and all(before[name] == after[name] for name in _STATE)
    for row, other, number in ((before, after, -1), (after, before, 1)):
        if row is not None:
            _add_pairs(writes, row, other if is_of_a_kind else None, number)


def period_of(at: datetime) -> int:
    """In which period a moment lies."""
    return (at - _FIRST) // PERIOD


def beginning(period: int) -> datetime:
    """The moment at which a period begins."""
    return _FIRST + period * PERIOD


def place_of(at: datetime) -> float:
    """How many periods have passed at a moment since the first began."""
    return (at - _FIRST) / PERIOD


def about(periods: Sequence[tuple[int, int]], since: datetime | None, until: datetime | None) -> float:
    """About how many of what is counted in periods lies between two moments."""
    return between(periods, 0.0 if since is None else place_of(since), inf if until is None else place_of(until))


def between(periods: Sequence[tuple[int, int]], first: float, last: float) -> float:
    """The same between two places among the periods."""
    return sum(number * max(0.0, min(period + 1, last) - max(period, first)) for period, number in periods)


def _numbers(row: Row | None, number: int) -> _Numbers:
    """What a task adds in its periods, as of its kind, whatever its tags."""
    if row is None:
        return {}
    state = (row["is_scheduled"], row["status"], row["priority"])
    created, due_at = period_of(row["created_at"]), row["due_at"]
    found = {(*state, created): {**_NONE, "count": number}}
    if due_at is None:
        found[*state, created]["undue_count"] = number
    else:
        found.setdefault((*state, period_of(due_at)), dict(_NONE))["due_count"] = number
    found.setdefault((*state, period_of(row["updated_at"])), dict(_NONE))["updated_count"] = number
    return found


def _due_numbers(row: Row | None, number: int) -> _Numbers:
    """What a task with a due date adds of its kind: by when it is due, and was made and changed."""
    if row is None or row["due_at"] is None:
        return {}
    cell = (row["is_scheduled"], row["status"], row["priority"], period_of(row["due_at"]))
    found = {(*cell, period_of(row["created_at"])): {**_NONE_DUE, "count": number}}
    found.setdefault((*cell, period_of(row["updated_at"])), dict(_NONE_DUE))["updated_count"] = number
    return found


def _sum_of(one: _Numbers, other: _Numbers) -> _Numbers:
    """The numbers of both, without those that come to nothing."""
    if not one or not other:
        return one or other
    cells = {
        cell: {name: one.get(cell, _NONE)[name] + other.get(cell, _NONE)[name] for name in numbers}
        for cell, numbers in {**one, **other}.items()
    }
    return {cell: numbers for cell, numbers in cells.items() if any(numbers.values())}


def _days(row: Row) -> tuple[dict[str, int], dict[str, int]] | None:
    """The day on which a task is due, and those on which it was made and changed."""
    if row["due_at"] is None:
        return None
    made, changed = _day_of(row["created_at"]), _day_of(row["updated_at"])
    days = {"first_made_day": min(made, changed), "last_made_day": made, "last_changed_day": changed}
    return {"day": _day_of(row["due_at"])}, days


def _day_of(at: datetime) -> int:
    return (at - _FIRST).days


def _add_pairs(writes: WriteSet, row: Row, but: Row | None, number: int) -> None:
    """Adds a number for each pair of tags of one row, but for those that the other has, too."""
    kind = {"organisation_id": row["organisation_id"], **{name: row[name] for name in _STATE}}
    pairs: Collection[tuple[str, str]] = () if but is None else _pairs(but)
    for pair in _pairs(row):
        if pair not in pairs:
            writes.add("task_pair_count", {**kind, "tag": pair[0], "other": pair[1]}, {"count": number})


async def counted(
    reader: Reader,
    organisation_id: str,
    *,
    statuses: Sequence[str] | None = None,
    priorities: Sequence[str] | None = None,
    tag: str = ALL,
    with_scheduled: bool = True,
) -> int:
    """How many of the organisation's tasks there are of these kinds."""
    values = _values(organisation_id, statuses, priorities) | {"tag": tag}
    return await _number(reader, task_count, statuses, priorities, with_scheduled, values)


async def periods(
    reader: Reader,
    organisation_id: str,
    counted_as: Counted,
    *,
    statuses: Sequence[str] | None = None,
    priorities: Sequence[str] | None = None,
    tag: str = ALL,
    with_scheduled: bool = True,
) -> Sequence[tuple[int, int]]:
    """The periods in which there are any of the organisation's tasks of these kinds, the earliest first, and how
    many."""
    values = _values(organisation_id, statuses, priorities) | {"tag": tag}
    rows = await reader.rows(_by_period(counted_as, len(statuses or ()), len(priorities or ()), with_scheduled), values)
    return [(row["period"], row["number"]) for row in rows if row["number"]]


async def least_due(
    reader: Reader,
    organisation_id: str,
    after: datetime | None,
    before: datetime | None,
    *,
    statuses: Sequence[str] | None = None,
    priorities: Sequence[str] | None = None,
    tag: str = ALL,
    with_scheduled: bool = True,
) -> Mapping[str, int]:
    """By priority, how many of the organisation's tasks of these kinds are due between two moments at least: those of
    whole periods. A priority is left out where there are none."""
    since, until = period_of(after or _FIRST), period_of(before or _LATEST)
    values = _values(organisation_id, statuses, priorities) | {"tag": tag, "since": since, "until": until}
    query = _least_due(len(statuses or ()), len(priorities or ()), with_scheduled)
    return {row["priority"]: row["number"] for row in await reader.rows(query, values)}


async def due_periods(
    reader: Reader,
    organisation_id: str,
    counted_as: Counted,
    after: datetime | None,
    before: datetime | None,
    *,
    statuses: Sequence[str] | None = None,
    priorities: Sequence[str] | None = None,
    with_scheduled: bool = True,
) -> Sequence[DuePeriod]:
    """Of the organisation's tasks of these kinds, whatever their tags, how many are due in each of the periods in which
    two moments lie and of those between, by the period in which they were made, or changed; the earliest first."""
    values = _values(organisation_id, statuses, priorities)
    values |= {"since": period_of(after or _FIRST), "until": period_of(before or _LATEST)}
    query = _by_due_period(counted_as, len(statuses or ()), len(priorities or ()), with_scheduled)
    rows = await reader.rows(query, values)
    return [(row["due_period"], row["period"], row["number"]) for row in rows if row["number"]]


async def due_numbers(
    reader: Reader, organisation_id: str, after: datetime | None, before: datetime | None, limit: int
) -> int:
    """How many numbers `due_periods` has to add up for tasks of any kind, or `limit` where there are more."""
    values = {
        "organisation": organisation_id,
        "since": period_of(after or _FIRST),
        "until": period_of(before or _LATEST),
    }
    found: int = await reader.value(_DUE_NUMBERS, {**values, "limit": limit})
    return found


async def days_of_due(
    reader: Reader, organisation_id: str, after: datetime | None, before: datetime | None
) -> tuple[datetime, datetime | None, datetime | None] | None:
    """Since when all of the organisation's tasks that are due between two moments were made, before when, and before
    when they were last changed; None is the end of time. None at all where there are no such tasks."""
    since, until = _day_of(after or _FIRST), ((before or _LATEST) - _FIRST - _TICK).days
    row = await reader.row(_DAYS, {"organisation": organisation_id, "since": since, "until": until})
    if row is None or row["first"] is None:
        return None
    first: int = row["first"]
    return _FIRST + timedelta(days=first), _behind(row["made"]), _behind(row["changed"])


def behind(moment: datetime) -> datetime | None:
    """The moment after this one; None at the end of time."""
    return None if moment >= _LATEST else moment + _TICK


def _behind(day: int) -> datetime | None:
    """The moment at which the next day begins; None at the end of time."""
    return None if day >= _day_of(_LATEST) else _FIRST + timedelta(days=day + 1)


async def with_both(
    reader: Reader,
    organisation_id: str,
    pair: tuple[str, str],
    *,
    statuses: Sequence[str] | None,
    priorities: Sequence[str] | None,
    with_scheduled: bool,
) -> int | None:
    """How many of the organisation's tasks of these kinds have both tags; None where they have to be counted, because
    there are tasks with each of them whose pairs are not."""
    first, second = sorted(map(storable, pair))
    for tag in (first, second):
        values = _values(organisation_id, None, None) | {"tag": tag, "other": _CROWDED}
        if not await _number(reader, task_pair_count, None, None, True, values):
            break
    else:
        return None
    values = _values(organisation_id, statuses, priorities) | {"tag": first, "other": second}
    return await _number(reader, task_pair_count, statuses, priorities, with_scheduled, values)


async def _number(
    reader: Reader,
    table: Table,
    statuses: Sequence[str] | None,
    priorities: Sequence[str] | None,
    with_scheduled: bool,
    values: dict[str, object],
) -> int:
    number: int = await reader.value(_sum(table, len(statuses or ()), len(priorities or ()), with_scheduled), values)
    return number


def _values(
    organisation_id: str, statuses: Sequence[str] | None, priorities: Sequence[str] | None
) -> dict[str, object]:
    values: dict[str, object] = {"organisation": organisation_id}
    values |= {f"status_{place}": status for place, status in enumerate(statuses or ())}
    return values | {f"priority_{place}": priority for place, priority in enumerate(priorities or ())}


@lru_cache(maxsize=128)
def _sum(table: Table, statuses: int, priorities: int, with_scheduled: bool) -> Select[Any]:
    query = _of_kinds(select(_total(table, "count")), table, statuses, priorities, with_scheduled)
    return query.where(table.c.other == bindparam("other")) if table is task_pair_count else query


@lru_cache(maxsize=128)
def _by_period(counted_as: Counted, statuses: int, priorities: int, with_scheduled: bool) -> Select[Any]:
    period = task_count.c.period
    query = select(period, _total(task_count, counted_as)).group_by(period).order_by(period)
    return _of_kinds(query, task_count, statuses, priorities, with_scheduled)


@lru_cache(maxsize=128)
def _least_due(statuses: int, priorities: int, with_scheduled: bool) -> Select[Any]:
    priority, period, number = task_count.c.priority, task_count.c.period, task_count.c.due_count
    is_whole = case((period.in_([bindparam("since"), bindparam("until")]), 0), else_=number)
    query = select(priority, cast(func.sum(is_whole), Integer).label("number")).group_by(priority)
    query = query.where(number > 0, period.between(bindparam("since"), bindparam("until")))
    return _of_kinds(query, task_count, statuses, priorities, with_scheduled)


@lru_cache(maxsize=128)
def _by_due_period(counted_as: Counted, statuses: int, priorities: int, with_scheduled: bool) -> Select[Any]:
    both = (task_due_count.c.due_period, task_due_count.c.period)
    query = select(*both, _total(task_due_count, counted_as)).group_by(*both).order_by(*both)
    query = query.where(task_due_count.c.due_period.between(bindparam("since"), bindparam("until")))
    return _of_kinds(query, task_due_count, statuses, priorities, with_scheduled)


def _total(table: Table, counted_as: Counted) -> Label[int]:
    return cast(func.coalesce(func.sum(table.c[counted_as]), 0), Integer).label("number")


def _of_kinds(query: Select[Any], table: Table, statuses: int, priorities: int, with_scheduled: bool) -> Select[Any]:
    query = query.where(table.c.organisation_id == bindparam("organisation"))
    if "tag" in table.c:
        query = query.where(table.c.tag == bindparam("tag"))
    if not with_scheduled:
        query = query.where(table.c.is_scheduled.is_(False))
    if statuses:
        query = query.where(table.c.status.in_([bindparam(f"status_{place}") for place in range(statuses)]))
    if priorities:
        query = query.where(table.c.priority.in_([bindparam(f"priority_{place}") for place in range(priorities)]))
    return query


def _tags(row: Row | None) -> Collection[str]:
    return () if row is None else dict.fromkeys((ALL, *row["tags"]))


def _pairs(row: Row) -> Collection[tuple[str, str]]:
    """The pairs in the order of their characters' codes, as both databases have them."""
    if len(row["tags"]) < 2:
        return ()
    tags = sorted({storable(tag) for tag in row["tags"]})
    return [(tag, _CROWDED) for tag in tags] if len(tags) > MOST_PAIRED else list(combinations(tags, 2))
