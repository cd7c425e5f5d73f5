"""Organisations, users and tokens as they are read."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BindParameter, String, bindparam, func, or_, select

from tasktalk.storage.database import Reader
from tasktalk.storage.tables import organisation, token, user
from tasktalk.storage.writes import Row

_DIGEST: BindParameter[Any] = bindparam("digest", None)
_ORGANISATION: BindParameter[Any] = bindparam("organisation_id", None)
_BY_HASH = (
    select(token, user.c.organisation_id, user.c.role, user.c.is_disabled)
    .join(user, user.c.id == token.c.user_id)
    .where(token.c.hash == _DIGEST)
)
_BY_USER_ID = select(user).where(user.c.id == bindparam("user_id", None))
_NAME: BindParameter[Any] = bindparam("name", None, String)
_BY_NAME = (
    select(user)
    .where(
        user.c.organisation_id == _ORGANISATION,
        or_(
            user.c.id == _NAME,
            func.lower(user.c.name) == func.lower(_NAME),
            func.lower(user.c.email) == func.lower(_NAME),
        ),
    )
    .order_by(user.c.id != _NAME, user.c.is_disabled, user.c.created_at, user.c.id)
    .limit(1)
)
_BY_ID = select(organisation).where(organisation.c.id == _ORGANISATION)


async def organisation_by_id(reader: Reader, organisation_id: str) -> Row | None:
    """The organisation's row, or None."""
    return await reader.row(_BY_ID, {"organisation_id": organisation_id})


async def timezone(reader: Reader, organisation_id: str) -> str:
    """The time zone that the organisation lives by."""
    row = await organisation_by_id(reader, organisation_id)
    return "UTC" if row is None else row["timezone"]


async def organisations(reader: Reader) -> Sequence[Row]:
    """Every organisation, eldest first."""
    return await reader.rows(select(organisation).order_by(organisation.c.created_at, organisation.c.id))


async def users(reader: Reader, organisation_id: str) -> Sequence[Row]:
    """Every user of the organisation, disabled ones too, eldest first."""
    query = select(user).where(user.c.organisation_id == organisation_id).order_by(user.c.created_at, user.c.id)
    return await reader.rows(query)


async def user_by_id(reader: Reader, user_id: str) -> Row | None:
    """The user's row, whichever organisation it belongs to."""
    return await reader.glance(_BY_USER_ID, {"user_id": user_id})


async def names_of(reader: Reader, organisation_id: str, user_ids: Collection[str]) -> dict[str, str]:
    """The names of those of the users that the organisation has, by their ids."""
    wanted = select(user.c.id, user.c.name).where(user.c.organisation_id == organisation_id, user.c.id.in_(user_ids))
    return {row["id"]: row["name"] for row in await reader.rows(wanted)} if user_ids else {}


async def user_named(reader: Reader, organisation_id: str, name: str) -> Row | None:
    """The organisation's user with this id, name or e-mail address; of several that with the id, else the eldest that
    is not disabled.

    Upper and lower case are alike as the database knows them: SQLite knows A to Z.
    """
    return await reader.row(_BY_NAME, {"organisation_id": organisation_id, "name": name})


async def token_by_hash(reader: Reader, digest: str) -> Row | None:
    """The token's row with `organisation_id`, `role` and `is_disabled` of its user, or None."""
    return await reader.glance(_BY_HASH, {"digest": digest})


async def token_by_id(reader: Reader, token_id: str) -> Row | None:
    """The token's row with the `organisation_id` of its user, or None."""
    query = select(token, user.c.organisation_id).join(user, user.c.id == token.c.user_id).where(token.c.id == token_id)
    return await reader.row(query)


async def tokens(reader: Reader, organisation_id: str) -> Sequence[Row]:
    """Every token of the organisation's users, eldest first."""
    query = (
        select(token)
        .join(user, user.c.id == token.c.user_id)
        .where(user.c.organisation_id == organisation_id)
        .order_by(token.c.created_at, token.c.id)
    )
    return await reader.rows(query)
