"""How many tasks there are of each kind, kept with every change: counting a million takes too long for a page."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any

from sqlalchemy import Integer, Select, Table, bindparam, cast, func, select

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import task_count, task_pair_count
from tasktalk.storage.writes import Row, WriteSet, storable

ALL = ""
"""Stands for the tag where tasks count whatever their tags."""

MOST_PAIRED = 8
"""A task with more tags than that has more pairs of them than a change can be kept waiting for."""

_STATE = ("is_scheduled", "status", "priority")
_CROWDED = ""
"""Stands for the other tag of a pair where a task has more tags than pairs are counted of."""


def follow(writes: WriteSet, before: Row | None, after: Row | None) -> None:
    """Adds to the write set what a task's change does to the numbers; None stands for no task."""
    is_of_a_kind = before is not None and after is not None and all(before[name] == after[name] for name in _STATE)
    if is_of_a_kind and before["tags"] == after["tags"]:  # type: ignore[index]
        return
    for row, other, number in ((before, after, -1), (after, before, 1)):
        if row is not None:
            _add(writes, row, other if is_of_a_kind else None, number)


def _add(writes: WriteSet, row: Row, but: Row | None, number: int) -> None:
    """Adds a number for each tag and pair of tags of one row, but for those that the other has, too."""
    kind = {"organisation_id": row["organisation_id"], **{name: row[name] for name in _STATE}}
    others: Collection[str] = () if but is None else _tags(but)
    for tag in _tags(row):
        if tag not in others:
            writes.add("task_count", {**kind, "tag": tag}, {"count": number})
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
    query = select(cast(func.coalesce(func.sum(table.c.count), 0), Integer).label("number")).where(
        table.c.organisation_id == bindparam("organisation"), table.c.tag == bindparam("tag")
    )
    if table is task_pair_count:
        query = query.where(table.c.other == bindparam("other"))
    if not with_scheduled:
        query = query.where(table.c.is_scheduled.is_(False))
    if statuses:
        query = query.where(table.c.status.in_([bindparam(f"status_{place}") for place in range(statuses)]))
    if priorities:
        query = query.where(table.c.priority.in_([bindparam(f"priority_{place}") for place in range(priorities)]))
    return query


def _tags(row: Row) -> Collection[str]:
    return dict.fromkeys((ALL, *row["tags"]))


def _pairs(row: Row) -> Collection[tuple[str, str]]:
    """The pairs in the order of their characters' codes, as both databases have them."""
    if len(row["tags"]) < 2:
        return ()
    tags = sorted({storable(tag) for tag in row["tags"]})
    return [(tag, _CROWDED) for tag in tags] if len(tags) > MOST_PAIRED else list(combinations(tags, 2))
