"""How many tasks there are of each kind, kept with every change: counting a million takes too long for a page."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, cast, func, select

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import task_count
from tasktalk.storage.writes import Row, WriteSet

ALL = ""
"""Stands for the tag where tasks count whatever their tags."""


def follow(writes: WriteSet, before: Row | None, after: Row | None) -> None:
    """Adds to the write set what a task's change does to the numbers; None stands for no task."""
    was, will_be = _kinds(before), _kinds(after)
    for kind in [*was, *will_be]:
        if (kind in was) != (kind in will_be):
            organisation_id, tag, is_scheduled, status, priority = kind
            key = {"organisation_id": organisation_id, "tag": tag, "is_scheduled": is_scheduled}
            number = 1 if kind in will_be else -1
            writes.add("task_count", {**key, "status": status, "priority": priority}, {"count": number})


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
    values: dict[str, object] = {"organisation": organisation_id, "tag": tag}
    values |= {f"status_{place}": status for place, status in enumerate(statuses or ())}
    values |= {f"priority_{place}": priority for place, priority in enumerate(priorities or ())}
    number: int = await reader.value(_sum(len(statuses or ()), len(priorities or ()), with_scheduled), values)
    return number


@lru_cache(maxsize=128)
def _sum(statuses: int, priorities: int, with_scheduled: bool) -> Select[Any]:
    query = select(cast(func.coalesce(func.sum(task_count.c.count), 0), Integer).label("number")).where(
        task_count.c.organisation_id == bindparam("organisation"), task_count.c.tag == bindparam("tag")
    )
    if not with_scheduled:
        query = query.where(task_count.c.is_scheduled.is_(False))
    if statuses:
        query = query.where(task_count.c.status.in_([bindparam(f"status_{place}") for place in range(statuses)]))
    if priorities:
        query = query.where(task_count.c.priority.in_([bindparam(f"priority_{place}") for place in range(priorities)]))
    return query


def _kinds(row: Row | None) -> list[tuple[str, str, bool, str, str]]:
    if row is None:
        return []
    tags = dict.fromkeys([ALL, *row["tags"]])
    return [(row["organisation_id"], tag, row["is_scheduled"], row["status"], row["priority"]) for tag in tags]
