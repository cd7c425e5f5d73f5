"""Organisations, users and tokens."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.accounts import READ, SCOPES, Accounts, Identity
from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage.database import Database
from tasktalk.storage.tables import token
from tests.databases import private_url

NOW = datetime(2024, 1, 15, 10, tzinfo=UTC)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    opened = await Database.open(private_url())
    yield opened
    await opened.close()


@pytest.fixture
def accounts(database: Database, clock: VirtualClock) -> Accounts:
    return Accounts(database, clock)


async def test_a_secret_stands_for_its_user(accounts: Accounts) -> None:
    user = await accounts.create_user("Ana")
    secret, made = await accounts.create_token(user, "laptop")
    assert secret.startswith("tt_")
    assert len(secret) > 40
    assert await accounts.authenticate(secret) == Identity(user.id, "default", SCOPES)
    assert (made.name, made.expires_at) == ("laptop", None)
    assert await accounts.tokens() == [made]


@pytest.mark.parametrize("guess", ["", "tt_", "{}x", "{} ", "\udcff", "x" * 100_000])
async def test_another_secret_stands_for_nobody(accounts: Accounts, guess: str) -> None:
    secret, _ = await accounts.create_token(await accounts.create_user("Ana"), "laptop")
    assert await accounts.authenticate(guess.format(secret)) is None


async def test_only_the_hash_of_a_secret_is_kept(accounts: Accounts, database: Database) -> None:
    secret, _ = await accounts.create_token(await accounts.create_user("Ana"), "laptop")
    async with database.read() as reader:
        (row,) = await reader.rows(select(token))
    assert row["hash"] == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in repr(row)


async def test_no_two_secrets_are_alike(accounts: Accounts) -> None:
    user = await accounts.create_user("Ana")
    assert len({(await accounts.create_token(user, "laptop"))[0] for _ in range(5)}) == 5


async def test_a_token_ends_at_its_time(accounts: Accounts, clock: VirtualClock) -> None:
    user = await accounts.create_user("Ana")
    secret, made = await accounts.create_token(user, "laptop", expires_in=timedelta(days=1))
    assert made.expires_at == NOW + timedelta(days=1)
    clock.advance(timedelta(days=1) - timedelta(seconds=1))
    assert await accounts.authenticate(secret) is not None
    clock.advance(timedelta(seconds=1))
    assert await accounts.authenticate(secret) is None


async def test_a_revoked_token_stands_for_nobody(accounts: Accounts) -> None:
    secret, made = await accounts.create_token(await accounts.create_user("Ana"), "laptop")
    await accounts.revoke(made.id)
    assert await accounts.authenticate(secret) is None
    await accounts.revoke(made.id)


async def test_a_token_can_be_for_reading_alone(accounts: Accounts) -> None:
    secret, _ = await accounts.create_token(await accounts.create_user("Ana"), "screen", scopes=[READ])
    identity = await accounts.authenticate(secret)
    assert identity is not None
    assert identity.scopes == {READ}


async def test_an_unknown_scope_is_refused(accounts: Accounts) -> None:
    user = await accounts.create_user("Ana")
    with pytest.raises(Refused, match="everything"):
        await accounts.create_token(user, "laptop", scopes=["everything"])
    assert await accounts.tokens() == []


@pytest.mark.parametrize("name", ["u1", "Ana Lima", "ana lima", "ANA@example.com"])
async def test_a_user_is_found_by_id_name_and_address(accounts: Accounts, name: str) -> None:
    made = await accounts.create_user("Ana Lima", email="ana@example.com", user_id="u1")
    assert await accounts.user(name) == made
    assert await accounts.user(name, "other") is None
    assert await accounts.user("u2") is None


async def test_a_taken_id_is_refused(accounts: Accounts) -> None:
    await accounts.create_user("Ana", user_id="u1")
    with pytest.raises(Refused, match="u1"):
        await accounts.create_user("Bo", user_id="u1")


async def test_a_name_is_told_within_the_organisation_only(accounts: Accounts) -> None:
    await accounts.create_user("Ana", user_id="u1")
    assert await accounts.name_of("u1", "default") == "Ana"
    assert await accounts.name_of("u1", "other") is None
    assert await accounts.name_of("u2", "default") is None


async def test_an_organisation_is_made_once(accounts: Accounts) -> None:
    await accounts.ensure_organisation()
    await accounts.ensure_organisation()
    await accounts.create_user("Ana")
