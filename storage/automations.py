"""The rules that act by themselves, and what they need to know."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import and_, bindparam, exists, func, select

from tasktalk.storage.many import rows_of
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import automation, automation_done, conversation_tag, schedule, task, token, user
from tasktalk.storage.writes import Row

_WITH_TIMES = select(automation, schedule.c.timezone, schedule.c.next_run_at).outerjoin(
    schedule, schedule.c.automation_id == automation.c.id
)
_TRIGGERED = (
    select(automation)
    .where(automation.c.trigger_type.in_(bindparam("types", expanding=True)))
    .order_by(automation.c.created_at, automation.c.id)
)


async def by_id(reader: Reader, automation_id: str) -> Row | None:
    """The rule's row, whichever organisation it belongs to; `timezone` and `next_run_at` of one that acts at times."""
    return await reader.row(_WITH_TIMES.where(automation.c.id == automation_id))


async def of_organisation(reader: Reader, organisation_id: str) -> Sequence[Row]:
    """Its rules, the eldest first; `timezone` and `next_run_at` of those that act at times."""
    query = _WITH_TIMES.where(automation.c.organisation_id == organisation_id)
    return await reader.rows(query.order_by(automation.c.created_at, automation.c.id))


async def triggered(reader: Reader, organisation_ids: Collection[str] | None, types: Collection[str]) -> Sequence[Row]:
    """The rules of these organisations, or of all, with triggers of these types, the eldest first."""
    given = {"types": list(types)}
    if organisation_ids is None:
        return await reader.rows(_TRIGGERED, given)
    return await rows_of(reader, _TRIGGERED, automation.c.organisation_id, organisation_ids, given)


async def done(reader: Reader, conversation_ids: Collection[str]) -> set[tuple[str, str]]:
    """(rule, conversation) where a rule has acted already, of these conversations."""
    query = select(automation_done).where(automation_done.c.conversation_id.in_(conversation_ids))
    return {(row["automation_id"], row["conversation_id"]) for row in await reader.rows(query)}


async def open_tasks(reader: Reader, organisation_id: str, terminal: Collection[str]) -> Mapping[str, int]:
    """How many tasks that have not ended each user of an organisation has who can do some: who may change tasks, and
    can come to see them (has a token) or hears of them (has an address)."""
    is_theirs = and_(
        task.c.organisation_id == user.c.organisation_id,
        task.c.assignee == user.c.id,
        task.c.status.not_in(terminal),
    )
    query = (
        select(user.c.id, func.count(task.c.id).label("count"))
        .outerjoin(task, is_theirs)
        .where(
            user.c.organisation_id == organisation_id,
            user.c.role != "viewer",
            user.c.is_disabled.is_(False),
            user.c.email.is_not(None) | exists().where(token.c.user_id == user.c.id),
        )
        .group_by(user.c.id)
    )
    return {row["id"]: row["count"] for row in await reader.rows(query)}


async def tags(reader: Reader, conversation_id: str) -> Sequence[Row]:
    """The tags of a conversation, the eldest first."""
    query = select(conversation_tag).where(conversation_tag.c.conversation_id == conversation_id)
    return await reader.rows(query.order_by(conversation_tag.c.created_at, conversation_tag.c.id))
