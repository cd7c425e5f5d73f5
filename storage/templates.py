"""Templates of tasks, as they are read."""

from collections.abc import Sequence

from sqlalchemy import func, select

from tasktalk.storage.database import Reader
from tasktalk.storage.tables import template
from tasktalk.storage.writes import Row


async def by_id(reader: Reader, template_id: str) -> Row | None:
    """The template's row, whichever organisation it belongs to."""
    return await reader.row(select(template).where(template.c.id == template_id))


async def named(reader: Reader, organisation_id: str, name: str) -> Row | None:
    """The organisation's newest template of this name, or None."""
    query = select(template).where(template.c.organisation_id == organisation_id, template.c.name == name)
    return await reader.row(query.order_by(template.c.id.desc()).limit(1))


async def page(reader: Reader, organisation_id: str, offset: int, limit: int) -> Sequence[Row]:
    """Some of the organisation's templates, oldest first."""
    query = select(template).where(template.c.organisation_id == organisation_id)
    return await reader.rows(query.order_by(template.c.id).offset(offset).limit(limit))


async def count(reader: Reader, organisation_id: str) -> int:
    """How many templates the organisation has."""
    query = select(func.count()).select_from(template).where(template.c.organisation_id == organisation_id)
    found: int = await reader.value(query)
    return found
