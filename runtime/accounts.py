"""Who may come in: organisations, their users, and the secret tokens that stand for a user.

A secret is shown once, when it is made; only its hash is kept.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.ids import new_id
from tasktalk.storage import accounts
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Duplicate, WriteSet

DEFAULT_ORGANISATION = "default"
"""The organisation in which scripts act."""

READ = "tasks:read"
WRITE = "tasks:write"
SCOPES = frozenset({READ, WRITE})


@dataclass(frozen=True, slots=True)
class User:
    """A person or program of an organisation."""

    id: str
    organisation_id: str
    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret."""

    id: str
    user_id: str
    name: str
    scopes: frozenset[str]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a token stands for, and what it may be used for."""

    user_id: str
    organisation_id: str
    scopes: frozenset[str]


class Accounts:
    """The organisations, users and tokens of one database. Each verb that writes is one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def ensure_organisation(self, organisation_id: str = DEFAULT_ORGANISATION, name: str | None = None) -> None:
        """Makes the organisation unless it is there."""
        async with self._database.read() as reader:
            if await accounts.organisation_by_id(reader, organisation_id):
                return
        writes = WriteSet()
        row = {"id": organisation_id, "name": name or organisation_id, "created_at": self._clock.now()}
        writes.insert("organisation", row)
        try:
            await self._database.commit(writes)
        except Duplicate:
            return  # somebody else made it at the same moment

    async def create_user(
        self,
        name: str,
        organisation_id: str = DEFAULT_ORGANISATION,
        *,
        email: str | None = None,
        user_id: str | None = None,
    ) -> User:
        """A new user; raises Refused `user_exists` when the id is taken."""
        await self.ensure_organisation(organisation_id)
        now = self._clock.now()
        user = User(user_id or new_id("usr", now), organisation_id, name, email)
        writes = WriteSet()
        writes.insert(
            "user",
            {"id": user.id, "organisation_id": organisation_id, "name": name, "email": email, "created_at": now},
        )
        try:
            await self._database.commit(writes)
        except Duplicate:
            raise Refused("user_exists", f"There is a user {user.id} already") from None
        return user

    async def user(self, name: str, organisation_id: str = DEFAULT_ORGANISATION) -> User | None:
        """The organisation's user with this id, name or e-mail address, or None."""
        async with self._database.read() as reader:
            row = await accounts.user_named(reader, organisation_id, name)
        return None if row is None else User(row["id"], row["organisation_id"], row["name"], row["email"])

    async def name_of(self, user_id: str, organisation_id: str) -> str | None:
        """The name of the organisation's user with this id, or None."""
        async with self._database.read() as reader:
            row = await accounts.user_by_id(reader, user_id)
        return row["name"] if row is not None and row["organisation_id"] == organisation_id else None

    async def names_of(self, user_ids: Collection[str], organisation_id: str) -> dict[str, str]:
        """The names of those of the users that the organisation has."""
        async with self._database.read() as reader:
            return await accounts.names_of(reader, organisation_id, user_ids)

    async def create_token(
        self,
        user: User,
        name: str,
        *,
        expires_in: timedelta | None = None,
        scopes: Collection[str] = SCOPES,
    ) -> tuple[str, Token]:
        """A new secret, beginning `tt_`, and what is kept of it; this is the only time that it can be seen."""
        if unknown := sorted(set(scopes) - SCOPES):
            raise Refused("invalid_scope", f"Scopes must be of: {', '.join(sorted(SCOPES))}, got {', '.join(unknown)}")
        now = self._clock.now()
        secret = "tt_" + secrets.token_urlsafe(32)
        expires_at = None if expires_in is None else now + expires_in
        token = Token(new_id("tok", now), user.id, name, frozenset(scopes), expires_at)
        writes = WriteSet()
        writes.insert(
            "token",
            {
                "id": token.id,
                "hash": _digest(secret),
                "user_id": user.id,
                "name": name,
                "scopes": sorted(scopes),
                "created_at": now,
                "expires_at": expires_at,
            },
        )
        await self._database.commit(writes)
        return secret, token

    async def tokens(self, organisation_id: str = DEFAULT_ORGANISATION) -> list[Token]:
        """Every token of the organisation, expired ones too, eldest first."""
        async with self._database.read() as reader:
            rows = await accounts.tokens(reader, organisation_id)
        return [
            Token(row["id"], row["user_id"], row["name"], frozenset(row["scopes"]), row["expires_at"]) for row in rows
        ]

    async def revoke(self, token_id: str) -> None:
        """Ends a token at once; one that is not there is fine."""
        writes = WriteSet()
        writes.delete("token", {"id": token_id})
        await self._database.commit(writes)

    async def authenticate(self, secret: str) -> Identity | None:
        """Whom the secret stands for; None when it is unknown, revoked or expired."""
        digest = _digest(secret)
        async with self._database.read() as reader:
            row = await accounts.token_by_hash(reader, digest)
        if row is None or not hmac.compare_digest(row["hash"], digest):
            return None
        if row["expires_at"] is not None and row["expires_at"] <= self._clock.now():
            return None
        return Identity(row["user_id"], row["organisation_id"], frozenset(row["scopes"]))


def _digest(secret: str) -> str:
    # No salt and no slow hash: a secret has 256 random bits, so there is nothing to guess.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
