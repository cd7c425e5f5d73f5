"""What is to be brought outside and has not arrived."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, literal_column, select

from tasktalk.storage.deliveries import Which
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import notification, parcel, user, webhook
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
_whose: Any = func.coalesce(user.c.organisation_id, webhook.c.organisation_id)
_WITH_ADDRESS = (
    select(
        parcel.c.id,
        parcel.c.kind,
        func.coalesce(user.c.email, webhook.c.url).label("address"),
        parcel.c.subject,
        parcel.c.subject_id,
        parcel.c.status,
        parcel.c.attempts,
        parcel.c.next_attempt_at,
        parcel.c.error,
        parcel.c.created_at,
    )
    .outerjoin(notification, notification.c.id == parcel.c.target)
    .outerjoin(user, user.c.id == notification.c.recipient)
    .outerjoin(webhook, webhook.c.id == parcel.c.target)
)
_LISTED = (
    _WITH_ADDRESS.where(parcel.c.kind == bindparam("kind", None), parcel.c.id > bindparam("after", None))
    .order_by(parcel.c.id)
    .limit(_LIMIT)
)
_LISTS = {
    "dead": _LISTED.where(_IS_DEAD),
    "failing": _LISTED.where(_IS_PENDING, parcel.c.attempts > 0),
    "waiting": _LISTED.where(_IS_PENDING),
}


async def by_id(reader: Reader, parcel_id: str, organisation_id: str | None = None) -> Row | None:
    """The parcel's row, or None; also None where it is of another organisation than the one given."""
    query = _WITH_ADDRESS.where(parcel.c.id == parcel_id)
    return await reader.row(query if organisation_id is None else query.where(_whose == organisation_id))


async def listed(
    reader: Reader, which: Which, limit: int, kind: str, after: str = "", organisation_id: str | None = None
) -> Sequence[Row]:
    """The first parcels of a kind, of an organisation or of all, whose ids come behind `after`, as `deliveries.listed`
    has messages; none is parked or
    withheld.

    With each comes the `address` that it goes to, where that is still known.
    """
    if which in ("parked", "withheld"):
        return []
    query = _LISTS[which] if organisation_id is None else _LISTS[which].where(_whose == organisation_id)
    return await reader.rows(query, {"kind": kind, "after": after, "limit": limit})


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
