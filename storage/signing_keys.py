"""The keys by which a server knows again what it has signed, as they are read."""

from sqlalchemy import bindparam, select

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import signing_key

_KEY = select(signing_key.c.key).where(signing_key.c.name == bindparam("name", None))


async def key(reader: Reader, name: str) -> str | None:
    """The key of this name, in hexadecimal digits, or None."""
    row = await reader.row(_KEY, {"name": name})
    return None if row is None else str(row["key"])
