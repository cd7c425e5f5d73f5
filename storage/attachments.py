"""Attachments and their files, as they are read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, exists, or_, select

from tasktalk.storage.database import Reader
from tasktalk.storage.tables import attachment, file, message, message_file
from tasktalk.storage.writes import Row

_ID: BindParameter[Any] = bindparam("id", None)
_LIMIT: BindParameter[Any] = bindparam("limit", None)
_ATTACHMENT = select(attachment, file.c.digest).join(file, file.c.id == attachment.c.file_id)
_BY_ID = _ATTACHMENT.where(attachment.c.id == _ID)
_PAGE = (
    _ATTACHMENT.where(attachment.c.task_id == _ID)
    .order_by(attachment.c.uploaded_at, attachment.c.id)
    .limit(_LIMIT)
    .offset(bindparam("offset", None))
)
_FILE = select(file).where(file.c.digest == bindparam("digest", None), file.c.status == "kept").limit(1)
_BEFORE: BindParameter[Any] = bindparam("before", None)
_FILES = (
    select(
        file,
        or_(
            file.c.status == "going",
            and_(
                file.c.created_at < _BEFORE,
                ~exists().where(attachment.c.file_id == file.c.id),
                ~exists().where(message_file.c.file_id == file.c.id, message.c.id == message_file.c.message_id),
            ),
        ).label("is_past"),
    )
    .where(file.c.id > bindparam("after", None))
    .order_by(file.c.id)
    .limit(_LIMIT)
)


async def page(reader: Reader, task_id: str, offset: int, limit: int) -> Sequence[Row]:
    """Some of the task's attachments, oldest first, each with the `digest` of its file."""
    return await reader.rows(_PAGE, {"id": task_id, "offset": offset, "limit": limit})


async def by_id(reader: Reader, attachment_id: str) -> Row | None:
    """The attachment's row with the `digest` of its file, whichever task it belongs to."""
    return await reader.row(_BY_ID, {"id": attachment_id})


async def known(reader: Reader, task_id: str, ids: Sequence[str]) -> set[str]:
    """Those of the ids that the task has attachments with."""
    query = select(attachment.c.id).where(attachment.c.task_id == task_id, attachment.c.id.in_(ids))
    return {row["id"] for row in await reader.rows(query)}


async def kept_file(reader: Reader, digest: str) -> Row | None:
    """A stored file with these bytes, or None."""
    return await reader.row(_FILE, {"digest": digest})


async def file_by_id(reader: Reader, file_id: str) -> Row | None:
    """The file's row, or None."""
    return await reader.row(select(file).where(file.c.id == file_id))


async def files(reader: Reader, before: datetime, after: str, limit: int) -> Sequence[Row]:
    """The files whose ids come after one, in their order, each with `is_past`: since `before` nothing needs it."""
    return await reader.rows(_FILES, {"before": before, "after": after, "limit": limit})
