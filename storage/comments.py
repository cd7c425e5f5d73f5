"""Comments as they are read."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from tasktalk.storage.database import Reader
from tasktalk.storage.tables import comment
from tasktalk.storage.writes import Row

_PAGE = (
    select(comment)
    .where(comment.c.task_id == bindparam("task_id", None))
    .order_by(comment.c.created_at, comment.c.id)
    .limit(bindparam("limit", None))
    .offset(bindparam("offset", None))
)


async def page(reader: Reader, task_id: str, offset: int, limit: int) -> Sequence[Row]:
    """Some of the task's comments, oldest first."""
    return await reader.rows(_PAGE, {"task_id": task_id, "offset": offset, "limit": limit})
