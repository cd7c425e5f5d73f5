"""What bots remember, as it is read."""

from sqlalchemy import bindparam, select

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import memory
from tasktalk.storage.writes import Row

_REMEMBERED = select(memory).where(
    memory.c.bot == bindparam("bot", None),
    memory.c.owner == bindparam("owner", None),
    memory.c.key == bindparam("key", None),
)


async def remembered(reader: Reader, bot: str, owner: str, key: str) -> Row | None:
    """The row of one key, be it expired, or None."""
    return await reader.row(_REMEMBERED, {"bot": bot, "owner": owner, "key": key})
