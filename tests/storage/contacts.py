"""Contacts, as the rows that tests of the store write and read."""

from datetime import UTC, datetime

from sqlalchemy import select

from tasktalk.storage.database import Database
from tasktalk.storage.tables import contact
from tasktalk.storage.writes import WriteSet

NOW = datetime(2026, 1, 5, 9, 0, 0, 123456, tzinfo=UTC)


def contact_row(key: str) -> dict[str, object]:
    return {"id": key, "channel": "test", "address": key, "name": None, "created_at": NOW}


def inserting(*keys: str) -> WriteSet:
    writes = WriteSet()
    for key in keys:
        writes.insert("contact", contact_row(key))
    return writes


async def contacts(database: Database) -> list[str]:
    async with database.read() as reader:
        return [row["id"] for row in await reader.rows(select(contact.c.id).order_by(contact.c.id))]
