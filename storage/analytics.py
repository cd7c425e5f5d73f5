"""How an organisation's tasks stand and how long they took: a grouped query for each table."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, exists, extract, func, select

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import schedule, task, user
from tasktalk.storage.writes import Row

_SECONDS: Any = extract("epoch", task.c.completed_at) - extract("epoch", task.c.created_at)
_IS_COMPLETED = task.c.status == "completed"


def _count(condition: Any, name: str) -> Any:
    return func.sum(case((condition, 1), else_=0)).label(name)


async def by_priority(
    reader: Reader, organisation_id: str, now: datetime, terminal: Collection[str], under_way: Collection[str]
) -> Sequence[Row]:
    """Of each priority: how many tasks there are in `total`, how many of them are `completed`, `overdue`, or
    `in_progress` and not overdue, and the `seconds` that the completed ones took together. Scheduled tasks are left
    out, as they are from lists."""
    is_overdue = and_(task.c.status.not_in(terminal), task.c.due_at.is_not(None), task.c.due_at <= now)
    is_in_time = and_(task.c.status.in_(under_way), ~func.coalesce(task.c.due_at <= now, False))
    query = (
        select(
            task.c.priority,
            func.count().label("total"),
            _count(_IS_COMPLETED, "completed"),
            _count(is_overdue, "overdue"),
            _count(is_in_time, "in_progress"),
            func.sum(case((_IS_COMPLETED, _SECONDS), else_=0)).label("seconds"),
        )
        .where(task.c.organisation_id == organisation_id, ~exists().where(schedule.c.task_id == task.c.id))
        .group_by(task.c.priority)
    )
    return await reader.rows(query)


async def by_assignee(reader: Reader, organisation_id: str) -> Sequence[Row]:
    """Of everybody who has completed tasks: `name` where they are a user, how many in `completed`, and the `seconds`
    that these took together; those first who have completed most."""
    count = func.count().label("completed")
    is_user = and_(user.c.id == task.c.assignee, user.c.organisation_id == task.c.organisation_id)
    query = (
        select(task.c.assignee, user.c.name, count, func.sum(_SECONDS).label("seconds"))
        .outerjoin(user, is_user)
        .where(
            task.c.organisation_id == organisation_id,
            _IS_COMPLETED,
            task.c.assignee.is_not(None),
            ~exists().where(schedule.c.task_id == task.c.id),
        )
        .group_by(task.c.assignee, user.c.name)
        .order_by(count.desc(), task.c.assignee)
    )
    return await reader.rows(query)
