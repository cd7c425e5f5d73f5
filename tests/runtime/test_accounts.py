"""Organisations, users and tokens."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextvars import Context
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.accounts import READ, SCOPES, Accounts, Identity
from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage import accounts as storage_accounts
from tasktalk.storage.database import Database
from tasktalk.storage.reading import Reader
from tasktalk.storage.tables import token
from tasktalk.storage.writes import Row

NOW = datetime(2024, 1, 15, 10, tzinfo=UTC)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
def accounts(database: Database, clock: VirtualClock) -> Accounts:
    return Accounts(database, clock)


async def test_a_secret_stands_for_its_user(accounts: Accounts) -> None:
    user = await accounts.create_user("Ana")
    secret, made = await accounts.create_token(user, "laptop")
    assert secret.startswith("tt_")
    assert len(secret) > 40
    assert await accounts.tokens() == [made]
    assert await accounts.authenticate(secret) == Identity(user.id, "default", SCOPES, "owner")
    assert (made.name, made.expires_at) == ("laptop", None)


async def test_when_a_token_was_used_is_known_to_the_hour(
    accounts: Accounts, clock: VirtualClock, database: Database
) -> None:
    commits = []
    database.watch(lambda count, refused, seconds: commits.append(count))
    secret, _ = await accounts.create_token(await accounts.create_user("Ana"), "laptop")
    commits.clear()
    used = []
    for minutes in (0, 59, 1, 30, 29, 1):
        clock.advance(timedelta(minutes=minutes))
        assert await accounts.authenticate(secret) is not None
        used.append([token.last_used_at for token in await accounts.tokens()])
    hour = timedelta(hours=1)
    assert used == [[NOW], [NOW], [NOW + hour], [NOW + hour], [NOW + hour], [NOW + 2 * hour]]
    assert len(commits) == 3


async def test_a_token_that_many_use_at_once_is_good_for_all(accounts: Accounts) -> None:
    secret, _ = await accounts.create_token(await accounts.create_user("Ana"), "laptop")
    found = await asyncio.gather(*(accounts.authenticate(secret) for _ in range(5)))
    assert None not in found
    assert [token.last_used_at for token in await accounts.tokens()] == [NOW]


class Looks:
    """Counts the looks at tokens, and does something while the first one is under way."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], Awaitable[None]] | None = None) -> None:
        self.count, self._look, self._meanwhile = 0, storage_accounts.token_by_hash, meanwhile
        monkeypatch.setattr(storage_accounts, "token_by_hash", self._counted)

    async def _counted(self, reader: Reader, digest: str) -> Row | None:
        self.count += 1
        row = await self._look(reader, digest)
        if self.count == 1 and self._meanwhile:
            await self._meanwhile()
        return row


async def test_those_who_ask_at_once_share_one_look(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    user = await accounts.create_user("Ana")
    (one, _), (other, _) = [await accounts.create_token(user, name) for name in ("laptop", "phone")]
    looks = Looks(monkeypatch)
    found = await asyncio.gather(*(accounts.authenticate(secret) for secret in [one, other, "tt_none", one, other] * 9))
    assert [identity is not None for identity in found] == [True, True, False, True, True] * 9
    assert looks.count == 3


async def test_who_asks_inside_a_read_shares_nothing_of_it(accounts: Accounts, database: Database) -> None:
    secret, _ = await accounts.create_token(await accounts.create_user("Ana"), "laptop")
    async with database.read():
        other = asyncio.create_task(accounts.authenticate(secret), context=Context())
        assert await accounts.authenticate(secret) is not None
    assert await other is not None


async def test_one_who_goes_away_takes_the_look_from_nobody(accounts: Accounts) -> None:
    secret, _ = await accounts.create_token(await accounts.create_user("Ana"), "laptop")
    asking = [asyncio.create_task(accounts.authenticate(secret)) for _ in range(2)]
    await asyncio.sleep(0)  # both have asked
    asking[0].cancel()
    assert await asking[1] is not None


async def test_a_token_that_ends_while_others_look_is_good_for_nobody_who_asks_then(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, made = await accounts.create_token(await accounts.create_user("Ana"), "laptop")
    late: list[asyncio.Task[Identity | None]] = []

    async def end() -> None:
        await accounts.revoke(made.id)
        late.append(asyncio.create_task(accounts.authenticate(secret), context=Context()))
        await asyncio.sleep(0)  # it has asked

    Looks(monkeypatch, end)
    assert await accounts.authenticate(secret) is not None
    assert await late[0] is None


async def test_a_secret_can_begin_as_an_interface_wants_it(accounts: Accounts) -> None:
    user = await accounts.create_user("Ana")
    secret, _ = await accounts.create_token(user, "laptop", prefix="td_")
    assert secret.startswith("td_")
    assert await accounts.authenticate(secret) is not None
    for prefix in ("", "td", "TD_", "t_", "a b_", "td__", "abcdefghi_"):
        with pytest.raises(Refused) as refused:
            await accounts.create_token(user, "laptop", prefix=prefix)
        assert refused.value.code == "invalid_prefix"
    assert len(await accounts.tokens()) == 1


async def test_who_comes_to_an_organisation_without_an_owner_owns_it(accounts: Accounts) -> None:
    for user_id, role in (("bytebot", "member"), ("vi", "viewer")):
        await accounts.create_user(user_id, user_id=user_id, role=role)  # type: ignore[arg-type]
    assert [(await accounts.create_user(name)).role for name in ("Bo", "Cy")] == ["owner", "member"]


async def test_the_first_user_owns_the_organisation(accounts: Accounts) -> None:
    roles = [(await accounts.create_user(name, organisation)).role for name, organisation in FOUR]
    assert roles == ["owner", "member", "owner", "member"]
    assert (await accounts.create_user("Kim", role="viewer")).role == "viewer"
    with pytest.raises(Refused) as refused:
        await accounts.create_user("Lee", role="boss")  # type: ignore[arg-type]
    assert refused.value.code == "invalid_role"
    assert await accounts.user("Lee") is None


FOUR = [("Ana", "default"), ("Bo", "default"), ("Cy", "other"), ("Di", "other")]


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
