"""What is to be brought outside and has not arrived."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, literal_column, select

from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import parcel
from tasktalk.storage.writes import Row

_LIMIT: BindParameter[Any] = bindparam("limit", None)
# Written out, and no parameters: only so are the partial indexes used.
_IS_PENDING = parcel.c.status == literal_column("'pending'")
_IS_DEAD = parcel.c.status == literal_column("'dead'")
_FIRST = (
    select(parcel)
    .where(_IS_PENDING, parcel.c.line == bindparam("line", None))
    .order_by(parcel.c.sequence, parcel.c.id)
    .limit(_LIMIT)
)
_DEAD = (
    select(parcel)
    .where(_IS_DEAD, parcel.c.target == bindparam("target", None))
    .order_by(parcel.c.sequence)
    .limit(_LIMIT)
)


async def first(reader: Reader, line: str, limit: int) -> Sequence[Row]:
    """The first parcels of a line."""
    return await reader.rows(_FIRST, {"line": line, "limit": limit})


async def lines(reader: Reader, kinds: Collection[str]) -> list[str]:
    """The lines in which a parcel of these kinds stands."""
    query = select(parcel.c.line).where(_IS_PENDING, parcel.c.kind.in_(kinds)).distinct()
    return [row["line"] for row in await reader.rows(query)]


async def dead(reader: Reader, target: str, limit: int) -> Sequence[Row]:
    """The eldest parcels for a target that were given up."""
    return await reader.rows(_DEAD, {"target": target, "limit": limit})
