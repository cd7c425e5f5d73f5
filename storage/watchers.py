"""Who watches tasks."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from tasktalk.storage.many import rows_of
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import user, watcher
from tasktalk.storage.writes import Row

_OF_TASKS = select(watcher.c.task_id, watcher.c.user_id).order_by(watcher.c.task_id, watcher.c.user_id)


async def of_task(reader: Reader, task_id: str) -> Sequence[Row]:
    """The watchers of a task with their names, those first who have watched longest."""
    query = (
        select(watcher.c.user_id, watcher.c.created_at, user.c.name)
        .outerjoin(user, user.c.id == watcher.c.user_id)
        .where(watcher.c.task_id == task_id)
        .order_by(watcher.c.created_at, watcher.c.user_id)
    )
    return await reader.rows(query)


async def of_tasks(reader: Reader, task_ids: Collection[str]) -> dict[str, list[str]]:
    """The ids of the users who watch each of the tasks."""
    found: dict[str, list[str]] = {}
    for row in await rows_of(reader, _OF_TASKS, watcher.c.task_id, task_ids):
        found.setdefault(row["task_id"], []).append(row["user_id"])
    return found
