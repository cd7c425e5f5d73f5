"""Sessions, as a person looks for them who runs bots."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from tasktalk.storage.conditions import IS_WAITING
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import awaited, contact, conversation, program, run, run_start, session, timer
from tasktalk.storage.writes import Row

_LISTED = (
    select(
        session.c.id,
        conversation.c.bot,
        program.c.name.label("script"),
        conversation.c.channel,
        contact.c.address.label("contact"),
        session.c.conversation_id,
        session.c.waits_for,
        session.c.wait_keyword,
        awaited.c.task_id,
        session.c.updated_at.label("since"),
        timer.c.due_at.label("until"),
        timer.c.is_expiry,
    )
    .select_from(
        session.join(conversation, conversation.c.id == session.c.conversation_id)
        .join(contact, contact.c.id == conversation.c.contact_id)
        .join(program, program.c.id == session.c.program_id)
        .outerjoin(timer, timer.c.id == session.c.id)
        .outerjoin(awaited, awaited.c.session_id == session.c.id)
    )
    .where(IS_WAITING)
    .order_by(session.c.updated_at, session.c.id)
    .limit(bindparam("limit", None))
)
_BY_ID: Any = (
    select(
        session,
        conversation.c.bot,
        program.c.name.label("script"),
        run.c.bot.label("run_bot"),
        run.c.script.label("run_script"),
        run.c.organisation_id,
        conversation.c.organisation_id.label("talk_organisation_id"),
        run.c.cause,
        run.c.line,
        run.c.ends_by,
        run.c.task_id,
        run.c.arguments,
        run_start.c.program_id.label("start_program_id"),
        run_start.c.handler,
        run_start.c.depth,
    )
    .select_from(
        session.join(conversation, conversation.c.id == session.c.conversation_id)
        .join(program, program.c.id == session.c.program_id)
        .outerjoin(run, run.c.id == session.c.run_id)
        .outerjoin(run_start, run_start.c.run_id == run.c.id)
    )
    .where(session.c.id == bindparam("id", None))
)


async def waiting(
    reader: Reader, limit: int, bot: str | None = None, organisation_id: str | None = None
) -> Sequence[Row]:
    """The waiting sessions of a bot, or of all, in talks of an organisation, or of all: those first that have waited
    longest.

    With each come its `bot`, `script`, `channel` and `contact`, the `task_id` that it waits for, and `until` when; with
    `is_expiry` it ends then.
    """
    query = _LISTED if bot is None else _LISTED.where(conversation.c.bot == bot)
    if organisation_id is not None:
        query = query.where(conversation.c.organisation_id == organisation_id)
    return await reader.rows(query, {"limit": limit})


async def by_id(reader: Reader, session_id: str) -> Row | None:
    """The session's row, or None; with its `bot`, `script` and `talk_organisation_id`, and of its run the `task_id`,
    `arguments`, `run_bot` and `run_script`, and `handler`, `start_program_id` and `depth` where that began in a
    handler."""
    found: Row | None = await reader.row(_BY_ID, {"id": session_id})
    return found
