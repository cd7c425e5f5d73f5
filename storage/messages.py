"""Messages of tasks as they are read: those that hang on a task, and what was said in the conversations of its runs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, literal_column, or_, select, union_all

from tasktalk.storage.conditions import IS_WAITING
from tasktalk.storage.many import rows_of
from tasktalk.storage.reading import Reader
from tasktalk.storage.runs import IS_OF_TASK
from tasktalk.storage.tables import contact, conversation, handover, message, run, session, task_message
from tasktalk.storage.writes import Row

_TASK: BindParameter[Any] = bindparam("task", None)
_LIMIT: BindParameter[Any] = bindparam("limit", None)
_OFFSET: BindParameter[Any] = bindparam("offset", None)

# Ids are as old as what they name, and those of one moment in the order of their making.
_OWN = select(task_message.c.id, task_message.c.created_at, literal_column("0").label("is_talk")).where(
    task_message.c.task_id == _TASK
)

_of_run, _its_run = session.alias("of_run"), run.alias("its_run")
_TALK = (
    select(message.c.id, message.c.created_at, literal_column("1").label("is_talk"))
    .join(conversation, conversation.c.id == message.c.conversation_id)
    .where(
        message.c.conversation_id.in_(
            select(run.c.conversation_id).where(run.c.task_id == _TASK, run.c.conversation_id.is_not(None), IS_OF_TASK)
        ),
        # What is said in a conversation of the task's own is about it; elsewhere, what a run of it has said and heard.
        or_(
            conversation.c.channel == literal_column("'task'"),
            exists().where(
                _of_run.c.id == message.c.session_id, _its_run.c.id == _of_run.c.run_id, _its_run.c.task_id == _TASK
            ),
        ),
    )
)
_ALL = union_all(_OWN, _TALK).subquery()
_ELDEST = select(_ALL).order_by(_ALL.c.created_at, _ALL.c.id).limit(_LIMIT).offset(_OFFSET)
_NEWEST = select(_ALL).order_by(_ALL.c.created_at.desc(), _ALL.c.id.desc()).limit(_LIMIT)

_younger = session.alias("younger")
_LISTENING = (
    select(session.c.id, conversation.c.bot, conversation.c.channel, contact.c.address)
    .select_from(run)
    .join(session, session.c.conversation_id == run.c.conversation_id)
    .join(conversation, conversation.c.id == session.c.conversation_id)
    .join(contact, contact.c.id == conversation.c.contact_id)
    .where(
        run.c.task_id == _TASK,
        run.c.ended_at.is_(None),
        IS_OF_TASK,
        session.c.run_id == run.c.id,
        IS_WAITING,
        session.c.waits_for == literal_column("'message'"),
        ~exists().where(
            _younger.c.conversation_id == session.c.conversation_id,
            _younger.c.status == literal_column("'waiting'"),
            _younger.c.waits_for == literal_column("'message'"),
            _younger.c.started_at > session.c.started_at,
        ),
        ~exists().where(handover.c.conversation_id == session.c.conversation_id),
    )
    .limit(1)
)
_MESSAGES, _SAID = (select(task_message), task_message.c.id), (select(message), message.c.id)


async def page(reader: Reader, task_id: str, offset: int, limit: int) -> Sequence[Row]:
    """Some of what was said about a task, oldest first: rows of `task_message`, and of `message` with `is_talk`."""
    return await _whole(reader, await reader.rows(_ELDEST, {"task": task_id, "offset": offset, "limit": limit}))


async def newest(reader: Reader, task_id: str, limit: int) -> Sequence[Row]:
    """The newest of what `page` gives, oldest first."""
    return await _whole(reader, (await reader.rows(_NEWEST, {"task": task_id, "limit": limit}))[::-1])


async def listening(reader: Reader, task_id: str) -> Row | None:
    """The session of a run of the task that waits for what is said: its `id`, and its contact by `bot`, `channel` and
    `address`; None where none waits, or a person has the conversation."""
    return await reader.row(_LISTENING, {"task": task_id})


async def _whole(reader: Reader, found: Sequence[Row]) -> list[Row]:
    rows: dict[str, Row] = {}
    for (query, column), is_talk in ((_MESSAGES, 0), (_SAID, 1)):
        ids = [row["id"] for row in found if row["is_talk"] == is_talk]
        for row in await rows_of(reader, query, column, ids):
            rows[row["id"]] = {**row, "is_talk": bool(is_talk)}
    return [rows[row["id"]] for row in found]
