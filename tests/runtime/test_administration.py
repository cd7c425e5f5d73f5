"""Who may do what is changed with an event, and an organisation keeps an owner."""

import asyncio
from datetime import UTC, datetime

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime.accounts import Accounts, Organisation
from tasktalk.runtime.administration import Administration
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.roles import Role
from tasktalk.storage import events
from tasktalk.storage.database import Database

NOW = datetime(2024, 1, 15, 10, tzinfo=UTC)


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database, VirtualClock(NOW))


@pytest.fixture
def administration(database: Database) -> Administration:
    return Administration(database, VirtualClock(NOW), "tester")


async def told(database: Database, subject: str) -> list[tuple[str, str, object]]:
    async with database.read() as reader:
        rows = await events.after(reader, subject, 0)
    assert {(row["actor"], row["source"], row["organisation_id"]) for row in rows} <= {
        ("tester", "administration", "default")
    }
    return [(row["kind"], row["subject_id"], row["changes"]) for row in rows]


@pytest.mark.parametrize("name", ["u2", "bo lund", "Bo@example.com"])
async def test_a_role_is_changed_with_one_event(
    accounts: Accounts, administration: Administration, database: Database, name: str
) -> None:
    await accounts.create_user("Ana", user_id="u1")
    await accounts.create_user("Bo Lund", user_id="u2", email="bo@example.com")
    for _ in range(2):
        assert (await administration.change_role(name, "default", "agent")).role == "agent"
    assert [(user.id, user.role) for user in await administration.users("default")] == [
        ("u1", "owner"),
        ("u2", "agent"),
    ]
    assert await told(database, "user") == [("user_changed", "u2", {"role": ["member", "agent"]})]


async def test_a_disabled_users_tokens_are_good_again_with_them(
    accounts: Accounts, administration: Administration, database: Database
) -> None:
    await accounts.create_user("Ana")
    bo = await accounts.create_user("Bo", user_id="u2")
    secret, _ = await accounts.create_token(bo, "t")
    assert (await administration.disable("Bo", "default")).is_disabled
    assert await accounts.authenticate(secret) is None
    assert not (await administration.enable("Bo", "default")).is_disabled
    assert await accounts.authenticate(secret) is not None
    changes = [changes for _, _, changes in await told(database, "user")]
    assert changes == [{"is_disabled": [False, True]}, {"is_disabled": [True, False]}]


@pytest.mark.parametrize("role", ["member", "agent", "viewer"])
async def test_the_last_owner_stays_one(
    accounts: Accounts, administration: Administration, database: Database, role: str
) -> None:
    await accounts.create_user("Ana")
    await accounts.create_user("Eve", "other")  # an owner, elsewhere
    bo = await accounts.create_user("Bo", role="owner")
    await administration.disable("Bo", "default")
    for attempt in (administration.change_role("Ana", "default", role), administration.disable("Ana", "default")):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.code == "last_owner"
    await administration.enable(bo.id, "default")
    assert (await administration.change_role("Ana", "default", role)).role == role
    assert len(await told(database, "user")) == 3


async def test_of_two_owners_who_depose_each_other_one_stays(
    accounts: Accounts, administration: Administration
) -> None:
    for name in ("Ana", "Bo"):
        await accounts.create_user(name, role="owner")
    outcomes = await asyncio.gather(
        *(administration.change_role(name, "default", "viewer") for name in ("Ana", "Bo")), return_exceptions=True
    )
    assert [outcome.code for outcome in outcomes if isinstance(outcome, Refused)] == ["last_owner"]
    roles: list[Role] = sorted(user.role for user in await administration.users("default"))
    assert roles == ["owner", "viewer"]


async def test_a_token_is_revoked_once(accounts: Accounts, administration: Administration, database: Database) -> None:
    user = await accounts.create_user("Ana", user_id="u1")
    secret, token = await accounts.create_token(user, "t")
    await administration.revoke(token.id)
    assert await accounts.authenticate(secret) is None
    with pytest.raises(Refused) as refused:
        await administration.revoke(token.id)
    assert refused.value.code == "token_not_found"
    assert await told(database, "token") == [("token_revoked", token.id, {"user": ["u1", None]})]


async def test_a_directory_is_set_with_one_event(
    accounts: Accounts, administration: Administration, database: Database
) -> None:
    await accounts.ensure_organisation()
    assert await administration.organisations() == [Organisation("default", "default", has_directory=False)]
    for _ in range(2):
        await administration.set_directory("default", has_directory=True)
    assert await administration.organisations() == [Organisation("default", "default", has_directory=True)]
    assert await told(database, "organisation") == [
        ("organisation_changed", "default", {"has_directory": [False, True]})
    ]


async def test_what_is_not_there(accounts: Accounts, administration: Administration) -> None:
    await accounts.create_user("Ana")
    for attempt, code in (
        (administration.change_role("Bo", "default", "member"), "user_not_found"),
        (administration.change_role("Ana", "other", "member"), "user_not_found"),
        (administration.change_role("Ana", "default", "boss"), "invalid_role"),
        (administration.disable("Bo", "default"), "user_not_found"),
        (administration.enable("Bo", "default"), "user_not_found"),
        (administration.users("other"), "organisation_not_found"),
        (administration.set_directory("other", has_directory=True), "organisation_not_found"),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.code == code
