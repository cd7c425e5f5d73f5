"""Who may use Bytebot's interface, with a token and without one (BB-01)."""

from dataclasses import replace

import pytest

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.settings import Bytebot
from tasktalk.runtime.accounts import READ
from tests.bots.dialects.bytebot.conftest import Byte, byte_of, told
from tests.bots.dialects.conftest import Client

HERE = ["127.0.0.1", "localhost", "localhost:9991", "[::1]:9991"]
ELSEWHERE = ["tasks.example.com", "127.0.0.1.example.com", "10.0.0.7", "rebound.test:8080", ""]
OTHER_SITES: list[dict[str, str]] = [
    {"Origin": "https://example.com"},
    {"Origin": "http://localhost:1"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


async def all_refused(byte: Byte, status: int) -> None:
    """Nothing can be looked at or made, in neither face nor at the root."""
    for base in ("/bytebot", "/bytebot-live", ""):
        asked = replace(byte, base=base)
        for answer in (await asked.create(), await asked.send("GET", "/tasks"), await asked.send("GET", "/tasks/x")):
            assert told(answer)[0] == status


async def test_bb_01_on_loopback_no_token_is_needed(byte: Byte, services: Services) -> None:
    for host in HERE:
        byte.headers = {"Host": host}
        task_id = await byte.made()
        for base in ("/bytebot", "/bytebot-live", ""):
            assert (await replace(byte, base=base).get(task_id))["id"] == task_id
    assert await services.accounts.name_of("bytebot", "default") == "Bytebot"


async def test_bb_01_another_name_of_this_machine_needs_a_token(byte: Byte, services: Services) -> None:
    ana = await byte_of(byte.client, services, "Ana")
    for host in ELSEWHERE:
        byte.headers = ana.headers = {"Host": host}
        await all_refused(byte, 401)
        assert (await ana.create()).status == 201


async def test_bb_01_a_page_of_another_site_needs_a_token(byte: Byte, services: Services) -> None:
    ana = await byte_of(byte.client, services, "Ana")
    for headers in OTHER_SITES:
        byte.headers = ana.headers = headers
        await all_refused(byte, 403)
        assert (await ana.create()).status == 201


async def test_bb_01_a_page_of_this_server_needs_none(byte: Byte) -> None:
    byte.headers = {"Host": "localhost:9991", "Origin": "http://localhost:9991", "Sec-Fetch-Site": "same-origin"}
    assert (await byte.create()).status == 201


@pytest.mark.parametrize("is_on_loopback", [False])
async def test_bb_01_elsewhere_a_token_is_needed(byte: Byte, services: Services) -> None:
    await all_refused(byte, 401)
    byte.headers = {"Host": "localhost"}
    await all_refused(byte, 401)
    assert (await (await byte_of(byte.client, services, "Ana")).create()).status == 201


@pytest.mark.parametrize("decided", [Bytebot(without_token="never")])
async def test_bb_01_the_host_may_ask_for_a_token_everywhere(byte: Byte) -> None:
    await all_refused(byte, 401)


@pytest.mark.parametrize("decided", [Bytebot(without_token="always")])
@pytest.mark.parametrize("is_on_loopback", [False])
async def test_bb_01_the_host_may_ask_for_none_anywhere(byte: Byte) -> None:
    for host in (*HERE, *ELSEWHERE[:-1]):
        byte.headers = {"Host": host}
        assert (await byte.create()).status == 201
    for headers in OTHER_SITES:
        byte.headers = headers
        await all_refused(byte, 403)


@pytest.mark.parametrize("decided", [Bytebot(without_token="always")])
async def test_bb_01_on_loopback_the_name_is_looked_at_all_the_same(byte: Byte) -> None:
    byte.headers = {"Host": "rebound.test"}
    await all_refused(byte, 401)


async def test_bb_01_a_wrong_token_is_no_missing_one(byte: Byte) -> None:
    for header in ("Bearer unknown", "Bearer", "Basic dTpw", ""):
        byte.headers = {"Authorization": header}
        await all_refused(byte, 401)


async def test_bb_01_the_visitor_can_be_held_back(byte: Byte, services: Services) -> None:
    await services.accounts.create_user("Looks", user_id="bytebot", role="viewer")
    assert await byte.listed() == []
    assert told(await byte.create())[0] == 403


async def test_bb_01_another_organisations_user_is_no_visitor(byte: Byte, services: Services) -> None:
    await services.accounts.create_user("Eve", "other", user_id="bytebot")
    await all_refused(byte, 401)


async def test_another_organisation_sees_and_changes_nothing(byte: Byte, stranger: Byte) -> None:
    task_id = await byte.made()
    before = await byte.get(task_id)
    for asked in (stranger, stranger.live):
        assert told(await asked.send("GET", f"/tasks/{task_id}")) == (
            404,
            "Not Found",
            f"Task with ID {task_id} not found",
        )
        assert told(await asked.send("DELETE", f"/tasks/{task_id}"))[0] == 404
    assert told(await stranger.patch(task_id, status="FAILED"))[0] == 404
    for verb in ("takeover", "resume", "cancel", "messages"):
        body = {"message": "x"} if verb == "messages" else None
        assert told(await stranger.live.send("POST", f"/tasks/{task_id}/{verb}", body))[0] == 404
    assert (await stranger.listed(), (await stranger.live.listed())["total"]) == ([], 0)
    assert (await stranger.send("GET", "/tasks/in-progress")).body is None
    assert await byte.get(task_id) == before


async def test_who_only_looks_changes_nothing(client: Client, services: Services, byte: Byte) -> None:
    task_id = await byte.made()
    for reader in (
        await byte_of(client, services, "Kim", scopes=[READ]),
        await byte_of(client, services, "Vi", role="viewer"),
    ):
        assert (await reader.get(task_id))["id"] == task_id
        assert told(await reader.create())[0] == 403
        assert told(await reader.patch(task_id, status="FAILED"))[0] == 403
        assert told(await reader.live.send("POST", f"/tasks/{task_id}/takeover"))[0] == 403
        assert told(await reader.live.send("POST", f"/tasks/{task_id}/messages", {"message": "x"}))[0] == 403
