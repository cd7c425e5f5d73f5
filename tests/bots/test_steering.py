"""/api/v1/deliveries and /api/v1/sessions: what did not arrive and what waits, shown to who may write, and steered."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from tasktalk.bots.app import Settings, application
from tasktalk.bots.assembly import Fittings, assembled, language
from tasktalk.runtime.accounts import READ
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import RealClock
from tasktalk.runtime.ports import Inbound
from tests.databases import private_url
from tests.runtime.test_outbox import Post


@dataclass
class Operator:
    """Who may write, at a server with one talk in it: its only message is dead."""

    client: TestClient[Request, Application]
    engine: Any
    post: Post
    tokens: dict[str, str]

    async def get(self, path: str, token: str = "writer") -> tuple[int, Any]:
        async with self.client.get(f"/api/v1/{path}", headers=self._headers(token)) as answer:
            return answer.status, await answer.json()

    async def send(self, path: str, body: object = None, token: str = "writer") -> tuple[int, Any]:
        async with self.client.post(f"/api/v1/{path}", headers=self._headers(token), json=body) as answer:
            return answer.status, await answer.json()

    def _headers(self, token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[token]}"} if token in self.tokens else {}


@pytest.fixture
async def operator(tmp_path: Path) -> AsyncIterator[Operator]:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "start.bas").write_text('TALK "Hello."\nHEAR x\n', encoding="utf-8")
    keywords, post = language(), Post()
    post.hopeless = {"Hello."}
    bots = Bots.load(tmp_path, keywords)
    async with assembled(private_url(), bots, keywords, RealClock(), Fittings({"post": post})) as services:
        engine, accounts = services.engine, services.accounts
        await engine.start()
        user = await accounts.create_user("Ana")
        stranger = await accounts.create_user("Eve", organisation_id="others")
        tokens = {
            "writer": (await accounts.create_token(user, "t"))[0],
            "reader": (await accounts.create_token(user, "t", scopes=[READ]))[0],
            "agent": (await accounts.create_token(await accounts.create_user("Max", role="agent"), "t"))[0],
            "viewer": (await accounts.create_token(await accounts.create_user("Vi", role="viewer"), "t"))[0],
            "stranger": (await accounts.create_token(stranger, "t"))[0],
        }
        await engine.receive(Inbound("shop", "post", "bo", "hi", "1"))
        await engine.settle()
        async with TestClient(TestServer(application(services, Settings(is_loopback=True)))) as client:
            yield Operator(client, engine, post, tokens)


@pytest.mark.parametrize(
    ("token", "status"),
    [("nobody", 401), ("reader", 403), ("stranger", 200), ("agent", 403), ("viewer", 403), ("writer", 200)],
)
async def test_who_may_look(operator: Operator, token: str, status: int) -> None:
    for path in ("deliveries", "sessions"):
        got, answer = await operator.get(path, token)
        assert got == status
        if status == 403:
            assert answer["message"] == "You don't have permission to read this"
    assert (await operator.send("deliveries/retry", {"all": True}, token))[0] == status


async def test_a_dead_message_is_shown_and_put_back_in_line(operator: Operator) -> None:
    _, found = await operator.get("deliveries")
    [dead], further = found["deliveries"], found["next"]
    assert (dead["bot"], dead["channel"], dead["contact"], dead["status"]) == ("shop", "post", "bo", "dead")
    assert (dead["attempts"], dead["error"], further) == (1, "the contact is gone", None)
    for nothing in ("deliveries?which=waiting", "deliveries?channel=sms", f"deliveries?after={dead['id']}"):
        assert (await operator.get(nothing))[1]["deliveries"] == []
    operator.post.hopeless = set()
    assert await operator.send("deliveries/retry", {"all": True, "channel": "sms"}) == (200, {"retried": []})
    assert await operator.send("deliveries/retry", {"ids": [dead["id"]]}) == (200, {"retried": [dead["id"]]})
    await operator.engine.settle()
    assert operator.post.sent == {"bo": ["Hello."]}
    assert (await operator.send("deliveries/retry", {"ids": [dead["id"]]}))[0] == 409
    assert (await operator.send("deliveries/retry", {"ids": ["msg_none"]}))[0] == 404


@pytest.mark.parametrize(
    "body", [{}, {"ids": []}, {"ids": "msg_1"}, {"ids": [1]}, {"ids": ["x"], "all": True}, {"all": 1}, {"channel": 7}]
)
async def test_what_is_no_retry(operator: Operator, body: object) -> None:
    status, answer = await operator.send("deliveries/retry", body)
    assert (status, answer["error"]) == (400, "invalid_request")
    assert (await operator.get("deliveries?which=lost"))[0] == 400


async def test_a_session_is_shown_begun_anew_and_ended(operator: Operator) -> None:
    _, found = await operator.get("sessions?bot=shop")
    [session] = found["sessions"]
    assert (session["script"], session["contact"], session["waits_for"]) == ("start.bas", "bo", "message")
    assert (await operator.get("sessions?bot=other"))[1] == {"sessions": []}
    path = f"sessions/{session['id']}"
    assert await operator.send(f"{path}/restart", {"reason": "stuck"}) == (
        200,
        {"session_id": session["id"], "status": "ended"},
    )
    await operator.engine.settle()
    [anew] = (await operator.get("sessions"))[1]["sessions"]
    assert anew["id"] != session["id"]
    assert (await operator.send(f"{path}/end"))[0] == 409
    assert (await operator.send(f"sessions/{anew['id']}/end", {"reason": 7}))[0] == 400
    assert (await operator.send(f"sessions/{anew['id']}/end"))[0] == 200
    assert (await operator.get("sessions"))[1] == {"sessions": []}
    assert (await operator.send("sessions/ses_none/end"))[0] == 404


async def test_talks_are_seen_and_steered_by_their_own_organisation_alone(operator: Operator) -> None:
    [session] = (await operator.get("sessions"))[1]["sessions"]
    [dead] = (await operator.get("deliveries"))[1]["deliveries"]
    assert (await operator.get("sessions", "stranger"))[1] == {"sessions": []}
    assert (await operator.get("deliveries", "stranger"))[1] == {"deliveries": [], "next": None}
    for change in ("end", "restart"):
        assert (await operator.send(f"sessions/{session['id']}/{change}", token="stranger"))[0] == 404
    assert (await operator.send("deliveries/retry", {"ids": [dead["id"]]}, "stranger"))[0] == 404
    assert await operator.send("deliveries/retry", {"all": True}, "stranger") == (200, {"retried": []})
    assert (await operator.get("sessions"))[1]["sessions"] == [session]
    assert (await operator.get("deliveries"))[1]["deliveries"] == [dead]
