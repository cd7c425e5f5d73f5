"""What users are told, and how they want to be told."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, literal_column, select

from tasktalk.storage.many import rows_of
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import event, notification, notification_setting, task, user
from tasktalk.storage.writes import Row

_WHO: BindParameter[Any] = bindparam("recipient", None)
_IN_APP = notification.c.channel == literal_column("'in_app'")
_TOLD = (
    select(
        notification,
        task.c.title,
        event.c.actor,
        event.c.changes,
    )
    .outerjoin(task, task.c.id == notification.c.task_id)
    .outerjoin(event, event.c.id == notification.c.event_id)
)
_INBOX = (
    _TOLD.where(notification.c.recipient == _WHO, _IN_APP)
    .order_by(notification.c.id.desc())
    .limit(bindparam("limit", None))
    .offset(bindparam("offset", None))
)
_COUNT: Select[Any] = (
    select(func.count().label("count")).select_from(notification).where(notification.c.recipient == _WHO, _IN_APP)
)
_IS_UNREAD = notification.c.read_at.is_(None)
_SETTINGS = select(notification_setting)
_USERS = select(user)


async def settings(reader: Reader, user_ids: Collection[str]) -> Mapping[str, Row]:
    """The settings of those of the users who have made some."""
    return {row["id"]: row for row in await rows_of(reader, _SETTINGS, notification_setting.c.id, user_ids)}


async def users(reader: Reader, user_ids: Collection[str]) -> Mapping[str, Row]:
    """The rows of these users."""
    return {row["id"]: row for row in await rows_of(reader, _USERS, user.c.id, user_ids)}


async def inbox(reader: Reader, recipient: str, *, is_unread: bool, offset: int, limit: int) -> Sequence[Row]:
    """A page of what a user was told in the app, the latest first; with the task's `title`, and the event's `actor`
    and `changes`, as long as these are there."""
    query = _INBOX.where(_IS_UNREAD) if is_unread else _INBOX
    return await reader.rows(query, {"recipient": recipient, "offset": offset, "limit": limit})


async def count(reader: Reader, recipient: str, *, is_unread: bool) -> int:
    """How many things a user was told in the app, or has not read of them."""
    found: int = await reader.value(_COUNT.where(_IS_UNREAD) if is_unread else _COUNT, {"recipient": recipient})
    return found


async def unread(reader: Reader, recipient: str, after: str, limit: int) -> Sequence[Row]:
    """The eldest notifications in the app, of ids beyond `after`, that a user has not read."""
    is_next = notification.c.id > after
    query = select(notification).where(notification.c.recipient == recipient, _IN_APP, _IS_UNREAD, is_next)
    return await reader.rows(query.order_by(notification.c.id).limit(limit))


async def some(reader: Reader, recipient: str, ids: Collection[str]) -> Sequence[Row]:
    """Those of the notifications in the app with these ids that are for a user."""
    query = select(notification).where(notification.c.id.in_(ids), notification.c.recipient == recipient, _IN_APP)
    return await reader.rows(query)


async def told(reader: Reader, notification_id: str) -> Row | None:
    """One notification as `inbox` gives it."""
    return await reader.row(_TOLD.where(notification.c.id == notification_id))
