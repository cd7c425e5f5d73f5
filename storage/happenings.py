"""All that has happened in a database, as it is told afterwards: pages in the order of their ids."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import contact, conversation, event, message, notification, run, task, user
from tasktalk.storage.writes import Row

_QUERIES: Mapping[str, Select[Any]] = {
    "run": select(run, task.c.title).select_from(run.outerjoin(task, task.c.id == run.c.task_id)),
    "message": select(
        message.c.id,
        message.c.text,
        message.c.created_at,
        conversation.c.bot,
        conversation.c.channel,
        contact.c.address,
        contact.c.name,
        task.c.title,
    )
    .select_from(
        message.join(conversation, conversation.c.id == message.c.conversation_id)
        .join(contact, contact.c.id == conversation.c.contact_id)
        .outerjoin(task, task.c.id == contact.c.address)
    )
    .where(message.c.direction == "out"),
    "event": select(event, task.c.title, task.c.bot, task.c.origin)
    .select_from(event.outerjoin(task, task.c.id == event.c.subject_id))
    .where(event.c.subject == "task"),
    "notification": select(
        notification.c.id,
        notification.c.channel,
        notification.c.text,
        notification.c.created_at,
        event.c.kind,
        task.c.title,
        task.c.bot,
        task.c.origin,
        user.c.name,
    ).select_from(
        notification.outerjoin(event, event.c.id == notification.c.event_id)
        .outerjoin(task, task.c.id == notification.c.task_id)
        .outerjoin(user, user.c.id == notification.c.recipient)
    ),
}
_IDS = {"run": run.c.id, "message": message.c.id, "event": event.c.id, "notification": notification.c.id}


async def page(reader: Reader, kind: str, after: str, limit: int) -> Sequence[Row]:
    """Runs, messages said, events of tasks or notifications whose ids come after one."""
    return await reader.rows(_QUERIES[kind].where(_IDS[kind] > after).order_by(_IDS[kind]).limit(limit))
