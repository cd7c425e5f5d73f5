"""Who may come in: organisations, their users, and the secret tokens that stand for a user.

A secret is shown once, when it is made; only its hash is kept.
"""

import asyncio
import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Mapping
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.clock import Clock
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.roles import ROLES, Role
from tasktalk.storage import accounts
from tasktalk.storage.database import Database
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.writes import Conflict, Duplicate, Row, WriteSet

DEFAULT_ORGANISATION = "default"
"""The organisation in which scripts act."""

READ = "tasks:read"
WRITE = "tasks:write"
SCOPES = frozenset({READ, WRITE})

PREFIX: Final = "tt_"
"""How a secret begins; some task interfaces are told by another beginning that they are meant."""
USE_IS_NOTED_EVERY = timedelta(hours=1)

_LONGEST_ID, _LONGEST_NAME = 40, 200
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_PREFIX = re.compile(r"[a-z]{2,8}_", re.ASCII)


@dataclass(frozen=True, slots=True)
class Organisation:
    """Users who share their tasks. With a directory, tasks can be assigned to its users and to bots alone. `sla` says
    of a priority after how many hours its tasks are due that nobody has given a due date, or `today`."""

    id: str
    name: str
    has_directory: bool
    runs_a_day: int | None = None
    """How many runs its tasks may have in any 24 hours."""
    timezone: str = "UTC"
    sla: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class User:
    """A person or program of an organisation."""

    id: str
    organisation_id: str
    name: str
    email: str | None
    role: Role
    is_disabled: bool

    @classmethod
    def of(cls, row: Row) -> "User":
        """The user that a row of the table holds."""
        return cls(row["id"], row["organisation_id"], row["name"], row["email"], row["role"], row["is_disabled"])


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret. When it was last used is known to the hour."""

    id: str
    user_id: str
    name: str
    scopes: frozenset[str]
    expires_at: datetime | None
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a token stands for, and what it may be used for."""

    user_id: str
    organisation_id: str
    scopes: frozenset[str]
    role: Role


class Accounts:
    """The organisations, users and tokens of one database. Each verb that writes is one transaction.

    What changes who may do what is in `administration.py`.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._looks: dict[str, asyncio.Task[Row | None]] = {}  # those that have not begun

    async def ensure_organisation(self, organisation_id: str = DEFAULT_ORGANISATION, name: str | None = None) -> bool:
        """Makes the organisation unless it is there; says whether it did. Raises Refused `invalid_name`."""
        _check_names(organisation_id, name)
        async with self._database.read() as reader:
            if await accounts.organisation_by_id(reader, organisation_id):
                return False
        writes = WriteSet()
        row = {"id": organisation_id, "name": name or organisation_id, "created_at": self._clock.now()}
        writes.insert("organisation", row)
        try:
            await self._database.commit(writes)
        except Duplicate:
            return False  # somebody else made it at the same moment
        return True

    async def create_user(
        self,
        name: str,
        organisation_id: str = DEFAULT_ORGANISATION,
        *,
        email: str | None = None,
        user_id: str | None = None,
        role: Role | None = None,
    ) -> User:
        """A new user; raises Refused `user_exists` when the id is taken, and `invalid_` name, role or email.

        Who is given no role is a member; the first one of an organisation that has no owner owns it.
        """
        if role is not None and role not in ROLES:
            raise Refused("invalid_role", f"A role must be one of: {', '.join(ROLES)}, got {role}")
        _check_names(user_id, name, email)
        if email is not None and not _ADDRESS.fullmatch(email):
            raise Refused("invalid_email", f"Expected an address like ana@example.com, got {email[:60]!r}")
        await self.ensure_organisation(organisation_id)
        if role is None:
            async with self._database.read() as reader:
                users = await accounts.users(reader, organisation_id)
            role = "member" if any(row["role"] == "owner" for row in users) else "owner"
        now = self._clock.now()
        user = User(user_id or new_id("usr", now), organisation_id, name, email, role, is_disabled=False)
        writes = WriteSet()
        writes.insert(
            "user",
            {
                "id": user.id,
                "organisation_id": organisation_id,
                "name": name,
                "email": email,
                "role": role,
                "created_at": now,
            },
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
        return None if row is None else User.of(row)

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
        prefix: str = PREFIX,
    ) -> tuple[str, Token]:
        """A new secret, beginning with `prefix`, and what is kept of it; this is the only time that it can be seen.

        Raises Refused as `check_token` does, and `user_disabled`.
        """
        check_token(name, scopes, prefix)
        if user.is_disabled:
            raise Refused("user_disabled", f"{user.name} is disabled", "tasktalk user enable lets them in again")
        now = self._clock.now()
        secret = prefix + secrets.token_urlsafe(32)
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
            Token(
                *(row["id"], row["user_id"], row["name"], frozenset(row["scopes"])),
                *(row["expires_at"], row["last_used_at"]),
            )
            for row in rows
        ]

    async def revoke(self, token_id: str) -> None:
        """Ends a token at once; one that is not there is fine."""
        writes = WriteSet()
        writes.delete("token", {"id": token_id})
        await self._database.commit(writes)

    async def authenticate(self, secret: str) -> Identity | None:
        """Whom the secret stands for; None when it is unknown, revoked or expired, or its user is disabled.

        That a token is used is noted, once an hour.
        """
        digest = _digest(secret)
        row = await self._token(digest)
        if row is None or row["is_disabled"] or not hmac.compare_digest(row["hash"], digest):
            return None
        now = self._clock.now()
        if row["expires_at"] is not None and row["expires_at"] <= now:
            return None
        if row["last_used_at"] is None or row["last_used_at"] <= now - USE_IS_NOTED_EVERY:
            await self._note_use(row, now)
        return Identity(row["user_id"], row["organisation_id"], frozenset(row["scopes"]), row["role"])

    async def _token(self, digest: str) -> Row | None:
        """The token's row, as it is stored after it was asked for; those who ask at once share one look at it."""
        look = self._looks.get(digest)
        if look is None or look.done():
            look = self._looks[digest] = asyncio.create_task(self._look(digest), context=Context())
        return await asyncio.shield(look)  # one who goes away takes it from nobody

    async def _look(self, digest: str) -> Row | None:
        del self._looks[digest]  # whoever asks from now on may be told something else
        async with self._database.read() as reader:
            return await accounts.token_by_hash(reader, digest)

    async def _note_use(self, row: Row, now: datetime) -> None:
        writes = WriteSet()
        writes.update("token", {"id": row["id"], "last_used_at": row["last_used_at"]}, {"last_used_at": now})
        # Another request may have noted it just now; and one that only looks is answered also while nothing is written.
        with suppress(Conflict, DatabaseError):
            await self._database.commit(writes)


def check_token(name: str, scopes: Collection[str], prefix: str) -> None:
    """Refuses what no token can have: `invalid_scope`, `invalid_prefix`, `invalid_name`."""
    if unknown := sorted(set(scopes) - SCOPES):
        raise Refused("invalid_scope", f"Scopes must be of: {', '.join(sorted(SCOPES))}, got {', '.join(unknown)}")
    if not _PREFIX.fullmatch(prefix):
        raise Refused("invalid_prefix", f"A token begins with two to eight letters a to z and _, got {prefix!r}")
    _check_names(None, name)


def _check_names(own_id: str | None, *names: str | None) -> None:
    for name, most in ((own_id, _LONGEST_ID), *((name, _LONGEST_NAME) for name in names)):
        if name is not None and (not name.strip() or len(name) > most or not name.isprintable()):
            raise Refused("invalid_name", f"Expected 1 to {most} characters of plain text, got {name[:60]!r}")


def _digest(secret: str) -> str:
    # No salt and no slow hash: a secret has 256 random bits, so there is nothing to guess.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
