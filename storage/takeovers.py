"""Tasks that people have taken over, as they are read."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from tasktalk.storage.many import rows_of
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import takeover
from tasktalk.storage.writes import Row

_TASK: BindParameter[Any] = bindparam("task", None)
_OF_TASK = select(takeover).where(takeover.c.task_id == _TASK)
_ALL = select(takeover.c.task_id)


async def of(reader: Reader, task_id: str) -> Row | None:
    """That a person has taken the task over, or None."""
    return await reader.row(_OF_TASK, {"task": task_id})


async def among(reader: Reader, task_ids: Collection[str]) -> set[str]:
    """The ids of those of the tasks that a person has taken over."""
    return {row["task_id"] for row in await rows_of(reader, _ALL, takeover.c.task_id, task_ids)}
