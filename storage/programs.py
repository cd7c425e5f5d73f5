"""Sources of scripts, kept by their hash for as long as a session may need them."""

from collections.abc import Collection

from sqlalchemy import select

from tasktalk.storage.database import Reader
from tasktalk.storage.tables import program
from tasktalk.storage.writes import Row


async def by_id(reader: Reader, program_id: str) -> Row | None:
    """The program's row, or None."""
    return await reader.row(select(program).where(program.c.id == program_id))


async def stored(reader: Reader, program_ids: Collection[str]) -> set[str]:
    """Those of the ids that are stored."""
    rows = await reader.rows(select(program.c.id).where(program.c.id.in_(program_ids)))
    return {row["id"] for row in rows}
