"""Comments, attachments, their files, and templates, as they are read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, exists, func, or_, select

from tasktalk.storage.database import Reader
from tasktalk.storage.tables import attachment, comment, file, template
from tasktalk.storage.writes import Row

_ID: BindParameter[Any] = bindparam("id", None)
_LIMIT: BindParameter[Any] = bindparam("limit", None)
_COMMENTS = (
    select(comment)
    .where(comment.c.task_id == _ID)
    .order_by(comment.c.created_at, comment.c.id)
    .limit(_LIMIT)
    .offset(bindparam("offset", None))
)
_ATTACHMENT = select(attachment, file.c.digest).join(file, file.c.id == attachment.c.file_id)
_ATTACHMENT_BY_ID = _ATTACHMENT.where(attachment.c.id == _ID)
_ATTACHMENTS = (
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
            and_(file.c.created_at < _BEFORE, ~exists().where(attachment.c.file_id == file.c.id)),
        ).label("is_past"),
    )
    .where(file.c.id > bindparam("after", None))
    .order_by(file.c.id)
    .limit(_LIMIT)
)


async def comments(reader: Reader, task_id: str, offset: int, limit: int) -> Sequence[Row]:
    """Some of the task's comments, oldest first."""
    return await reader.rows(_COMMENTS, {"id": task_id, "offset": offset, "limit": limit})


async def attachments(reader: Reader, task_id: str, offset: int, limit: int) -> Sequence[Row]:
    """Some of the task's attachments, oldest first, each with the `digest` of its file."""
    return await reader.rows(_ATTACHMENTS, {"id": task_id, "offset": offset, "limit": limit})


async def attachment_by_id(reader: Reader, attachment_id: str) -> Row | None:
    """The attachment's row with the `digest` of its file, whichever task it belongs to."""
    return await reader.row(_ATTACHMENT_BY_ID, {"id": attachment_id})


async def attachments_of(reader: Reader, task_id: str, ids: Sequence[str]) -> set[str]:
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


async def template_by_id(reader: Reader, template_id: str) -> Row | None:
    """The template's row, whichever organisation it belongs to."""
    return await reader.row(select(template).where(template.c.id == template_id))


async def template_named(reader: Reader, organisation_id: str, name: str) -> Row | None:
    """The organisation's newest template of this name, or None."""
    query = select(template).where(template.c.organisation_id == organisation_id, template.c.name == name)
    return await reader.row(query.order_by(template.c.id.desc()).limit(1))


async def templates(reader: Reader, organisation_id: str, offset: int, limit: int) -> Sequence[Row]:
    """Some of the organisation's templates, oldest first."""
    query = select(template).where(template.c.organisation_id == organisation_id)
    return await reader.rows(query.order_by(template.c.id).offset(offset).limit(limit))


async def template_count(reader: Reader, organisation_id: str) -> int:
    """How many templates the organisation has."""
    query = select(func.count()).select_from(template).where(template.c.organisation_id == organisation_id)
    found: int = await reader.value(query)
    return found
