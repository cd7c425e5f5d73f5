"""The names of bots and channels that a database has met: each look reads an index or two to its end."""

from typing import Any

from sqlalchemy import select, union

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import contact, conversation, program, schedule

_BOTS: Any = union(
    select(conversation.c.bot),
    select(program.c.bot),
    select(schedule.c.bot).where(schedule.c.automation_id.is_(None), schedule.c.bot.is_not(None)),
)
_CHANNELS: Any = union(select(contact.c.channel), select(conversation.c.channel))


async def bots(reader: Reader) -> list[str]:
    """All that have talked, have a script here, or a schedule."""
    return sorted(row["bot"] for row in await reader.rows(_BOTS))


async def channels(reader: Reader) -> list[str]:
    """All on which somebody is known."""
    return sorted(row["channel"] for row in await reader.rows(_CHANNELS))
