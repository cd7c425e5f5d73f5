"""Whole tables, for those who compare what two databases hold."""

from typing import Any

from sqlalchemy import select

from tasktalk.storage.database import Reader
from tasktalk.storage.tables import metadata


async def rows(reader: Reader, table: str) -> list[dict[str, Any]]:
    """Every row of a table, by its name in `tables`, in the order of the ids."""
    found = metadata.tables[table]
    return await reader.rows(select(found).order_by(*found.primary_key.columns))
