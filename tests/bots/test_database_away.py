"""A database that goes away while the server runs: nobody who was told "received" is forgotten, nobody waits for ever,
and it goes on by itself."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, WSMsgType
from aiohttp.test_utils import TestClient, TestServer

from tasktalk.bots.api.services import Services
from tasktalk.bots.app import Settings, application
from tasktalk.bots.assembly import assembled, language
from tasktalk.runtime import timekeeper, workers
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import RealClock
from tasktalk.runtime.ports import Inbound, Message, Receipt
from tasktalk.storage.database import DatabaseError
from tests.bots.conftest import ASKING, Client
from tests.databases import IS_POSTGRESQL
from tests.outages import Full, Locked, Outage, Stopped
from tests.patience import PATIENCE

PEOPLE = [f"contact {number}" for number in range(30)]
KINDS = [Stopped] if IS_POSTGRESQL else [Locked, Full]


@pytest.fixture(params=KINDS)
def outage(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outage]:
    for module in (workers, timekeeper):
        monkeypatch.setattr(module, "RETRY_SECONDS", 0.1)
    made: Outage = request.param(tmp_path, monkeypatch)
    yield made
    made.close()


@pytest.fixture
async def services(outage: Outage, tmp_path: Path) -> AsyncIterator[Services]:
    (tmp_path / "bots" / "ask").mkdir(parents=True)
    (tmp_path / "bots" / "ask" / "start.bas").write_text(ASKING, encoding="utf-8")
    keywords = language()
    async with assembled(outage.url, Bots.load(tmp_path / "bots", keywords), keywords, RealClock()) as found:
        await found.engine.start()
        yield found


@pytest.fixture
async def client(services: Services) -> AsyncIterator[Client]:
    async with TestClient(TestServer(application(services, Settings(is_loopback=True)))) as made:
        yield made


async def post(client: Client, contact: str, text: str, message_id: str) -> ClientResponse:
    return await client.post("/webhook/ask", json={"contact": contact, "text": text, "message_id": message_id})


async def replies(answer: ClientResponse) -> list[str]:
    assert answer.status == 200, await answer.text()
    return [reply["text"] for reply in (await answer.json())["replies"]]


async def see_it_away(answer: ClientResponse) -> None:
    assert (answer.status, answer.headers.get("Retry-After")) == (503, "5"), await answer.text()
    body = await answer.json()
    assert body["error"] == "unavailable"
    assert body["message"] == (
        "The database cannot be used at this moment; send the same again, with the same id: "
        "it is done once, whether it came in now or not"
    )


async def ready(client: Client) -> tuple[int, dict[str, Any]]:
    answer = await client.get("/readyz")
    return answer.status, (await answer.json())["checks"]


async def readiness(client: Client, status: int) -> dict[str, Any]:
    """Asks until that is the answer."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found, checks = await ready(client)
            if found == status:
                return checks


async def answered(services: Services, receipt: Receipt) -> Sequence[Message]:
    """The answer, asked for again as callers do who were told to come back."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await services.engine.answer(receipt)
            except DatabaseError:
                await asyncio.sleep(0.01)


async def test_nothing_is_lost_and_nobody_hangs(
    outage: Outage, services: Services, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await replies(await post(client, "ana", "hi", "1")) == ["Who are you?"]
    assert (await ready(client))[0] == 200
    with monkeypatch.context() as patch:
        # these are acknowledged, and their turns not taken yet, when the database goes
        patch.setattr(services.engine._workers, "poke", lambda _: None)
        receipts = [await services.engine.receive(Inbound("ask", "webhook", one, "hi", "1")) for one in PEOPLE]
    outage.begin()
    for receipt in receipts:
        services.engine._workers.poke(receipt.conversation_id)
    async with asyncio.timeout(PATIENCE):
        waiting = await asyncio.gather(*map(services.engine.answer, receipts), return_exceptions=True)
    assert {type(each) for each in waiting} == {DatabaseError}
    for number in range(3):
        await see_it_away(await post(client, "ana", "Ana", "2"))
        await see_it_away(await post(client, f"new {number}", "hi", "1"))
    checks = await readiness(client, 503)
    problems = {name: check["problem"] for name, check in checks.items() if not check["is_ok"]}
    assert problems[outage.check] == outage.problem
    assert (await client.get("/healthz")).status == 200
    outage.end()
    await readiness(client, 200)
    for receipt in receipts:
        assert [message.text for message in await answered(services, receipt)] == ["Who are you?"]
    assert await replies(await post(client, "ana", "Ana", "2")) == ["Hello, Ana."]
    for receipt in receipts:
        said = [(each.direction, each.text) for each in await services.engine.messages(receipt.conversation_id)]
        assert said == [("in", "hi"), ("out", "Who are you?")]


async def test_a_server_that_nobody_calls_any_more_finds_out_that_it_can_work(outage: Outage, client: Client) -> None:
    outage.begin()
    await see_it_away(await post(client, "ana", "hi", "1"))
    assert (await ready(client))[0] == 503
    outage.end()
    await readiness(client, 200)
    assert await replies(await post(client, "ana", "hi", "1")) == ["Who are you?"]


async def test_a_chat_page_is_told_to_come_back(
    outage: Outage, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    hello = {"type": "hello", "contact": "ana-0123456789-0123456789", "after": 0}
    outage.begin()
    socket = await client.ws_connect("/chat/ask/socket")
    await socket.send_json(hello)
    while (await socket.receive(timeout=PATIENCE)).type is WSMsgType.TEXT:
        continue
    assert socket.close_code == 1013
    assert "Traceback" not in caplog.text
    outage.end()
    await readiness(client, 200)
    socket = await client.ws_connect("/chat/ask/socket")
    await socket.send_json(hello)
    frames: list[str] = []
    while len(frames) < 2:
        frame = await socket.receive_json(timeout=PATIENCE)
        frames += [frame["text"]] if frame["type"] == "message" else []
    assert frames == ["", "Who are you?"]


async def test_tasks_and_events_are_to_come_back_later(outage: Outage, services: Services, client: Client) -> None:
    secret, _ = await services.accounts.create_token(await services.accounts.create_user("ana"), "test")
    headers = {"Authorization": f"Bearer {secret}"}
    outage.begin()
    for path, body in (("/api/v1/tasks", {"title": "One"}), ("/event/ask/thing", {"a": 1})):
        await see_it_away(await client.post(path, json=body, headers=headers))
    outage.end()
    await readiness(client, 200)
    for path, body in (("/api/v1/tasks", {"title": "One"}), ("/event/ask/thing", {"a": 1})):
        assert (await client.post(path, json=body, headers=headers)).status in {201, 202}
