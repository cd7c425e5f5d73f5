"""/api/v1/conversations: people see which conversations wait for them, write there, and give them back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from tasktalk.bots.api.services import Services
from tasktalk.bots.app import Settings, application
from tasktalk.bots.assembly import Fittings, assembled, language
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION, READ
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.ports import Inbound
from tasktalk.runtime.tasks.model import Actor
from tasktalk.runtime.tasks.notifications import Notifications
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import people
from tests.conftest import START
from tests.databases import private_url
from tests.runtime.test_outbox import Post

SCRIPT = """
TALK "What is it?"
HEAR what
IF what <> "fruit" THEN
  TRANSFER TO HUMAN "wants " + what
  TALK "A colleague comes."
END IF
HEAR more
TALK "The bot heard " + more
"""


@dataclass
class Desk:
    """A team at a server with a channel that brings messages out."""

    client: TestClient[Request, Application]
    services: Services
    post: Post
    tokens: dict[str, str]
    ids: dict[str, str]

    async def get(self, path: str, token: str = "carla") -> tuple[int, Any]:
        async with self.client.get(f"/api/v1/{path}", headers=self._headers(token)) as answer:
            return answer.status, await answer.json()

    async def send(self, path: str, body: object = None, token: str = "carla", **more: str) -> tuple[int, Any]:
        async with self.client.post(f"/api/v1/{path}", headers={**self._headers(token), **more}, json=body) as answer:
            found = answer.status, await answer.json()
        await self.services.engine.settle()
        return found

    def _headers(self, token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[token]}"}

    async def hear(self, text: str, contact: str = "ana", channel: str = "post") -> str:
        """A contact says something; gives their conversation."""
        receipt = await self.services.engine.receive(Inbound("shop", channel, contact, text, contact_name="Ana"))
        await self.services.engine.settle()
        return receipt.conversation_id

    async def told(self, name: str) -> list[str]:
        """What somebody was notified of."""
        work = UnitOfWork(self.services.database, START)
        notifications = Notifications(work, Actor(self.ids[name], DEFAULT_ORGANISATION, "test"))
        rows, _, _ = await notifications.page(is_unread=True, page=1, limit=10)
        return [row["text"] for row in rows]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "start.bas").write_text(SCRIPT, encoding="utf-8")
    keywords, post = language(), Post()
    bots = Bots.load(tmp_path, keywords)
    async with assembled(private_url(), bots, keywords, VirtualClock(START), Fittings({"post": post})) as services:
        await services.engine.start()
        accounts = services.accounts
        users = {
            "carla": await accounts.create_user("Carla"),
            "viewer": await accounts.create_user("Vi", role="viewer"),
            "stranger": await accounts.create_user("Eve", organisation_id="others"),
        }
        tokens = {name: (await accounts.create_token(user, "t"))[0] for name, user in users.items()}
        ids = {name: user.id for name, user in users.items()}
        tokens["reader"] = (await accounts.create_token(users["carla"], "t", scopes=[READ]))[0]
        async with TestClient(TestServer(application(services, Settings(is_loopback=True)))) as client:
            yield Desk(client, services, post, tokens, ids)


async def transferred(desk: Desk, contact: str = "ana") -> str:
    await desk.hear("hi", contact)
    return await desk.hear("a refund", contact)


async def test_what_waits_for_a_person_is_listed_with_what_was_said_last(desk: Desk) -> None:
    first, second = await transferred(desk), await transferred(desk, "bo")
    await desk.hear("hi", "cy")
    await desk.hear("hello?", "ana")
    status, found = await desk.get("conversations")
    assert status == 200
    one, other = found["conversations"]
    assert (one["id"], other["id"]) == (first, second)
    messages = one.pop("messages")
    assert one == {
        "id": first,
        "bot": "shop",
        "channel": "post",
        "contact": "ana",
        "name": "Ana",
        "is_opted_out": False,
        "is_with_person": True,
        "since": "2026-01-05T09:00:00Z",
        "reason": "wants a refund",
    }
    said = [(each["direction"], each["text"], each["status"]) for each in messages]
    assert said == [
        ("in", "a refund", "heard"),
        ("out", "A colleague comes.", "delivered"),
        ("in", "hello?", "unheard"),
    ]
    assert (await desk.get("conversations?bot=other"))[1] == {"conversations": []}


async def test_what_a_person_writes_arrives_in_its_place_and_is_marked(desk: Desk) -> None:
    talk = await transferred(desk)
    status, sent = await desk.send(f"conversations/{talk}/messages", {"text": "I am Carla."})
    assert (status, sent["said_by"], sent["text"]) == (201, desk.ids["carla"], "I am Carla.")
    await desk.send(f"conversations/{talk}/messages", {"text": "What is it?"})
    await desk.hear("fruit")
    assert await desk.send(f"conversations/{talk}/give-back") == (
        200,
        {"conversation_id": talk, "is_with_person": False},
    )
    await desk.hear("figs")
    assert desk.post.sent["ana"] == [
        "What is it?",
        "A colleague comes.",
        "I am Carla.",
        "What is it?",
        "The bot heard figs",
    ]
    _, found = await desk.get(f"conversations/{talk}")
    assert found["is_with_person"] is False
    assert [each["text"] for each in found["messages"] if each["said_by"]] == ["I am Carla.", "What is it?"]
    assert [each["sequence"] for each in found["messages"]] == list(range(1, 10))
    _, before = await desk.get(f"conversations/{talk}?before=3")
    assert [each["text"] for each in before["messages"]] == ["hi", "What is it?"]


async def test_a_channel_that_fetches_gets_it_with_the_next_answer(desk: Desk) -> None:
    await desk.hear("hi", channel="webhook")
    talk = await desk.hear("a refund", channel="webhook")
    engine = desk.services.engine
    assert await engine.converse(Inbound("shop", "webhook", "ana", "hello?")) == []
    await desk.send(f"conversations/{talk}/messages", {"text": "I am Carla."})
    [answer] = await engine.converse(Inbound("shop", "webhook", "ana", "and?"))
    assert answer.text == "I am Carla."


async def test_a_conversation_can_be_taken_from_its_bot(desk: Desk) -> None:
    talk = await desk.hear("hi")
    status, refused = await desk.send(f"conversations/{talk}/messages", {"text": "I am Carla."})
    assert (status, refused["error"]) == (409, "with_bot")
    for _ in range(2):
        status, taken = await desk.send(f"conversations/{talk}/take-over", {"reason": "I know her"})
        assert (status, taken) == (200, {"conversation_id": talk, "is_with_person": True})
    await desk.hear("fruit")
    assert desk.post.sent["ana"] == ["What is it?"]
    [found] = (await desk.get("conversations"))[1]["conversations"]
    assert (found["id"], found["reason"]) == (talk, "I know her")
    assert await desk.told("carla") == []


async def test_the_same_request_again_says_it_once(desk: Desk) -> None:
    talk = await transferred(desk)
    for _ in range(3):
        status, _ = await desk.send(
            f"conversations/{talk}/messages", {"text": "I am Carla."}, **{"Idempotency-Key": "k"}
        )
        assert status == 201
    assert desk.post.sent["ana"][2:] == ["I am Carla."]


async def test_those_who_run_bots_are_told_that_somebody_waits(desk: Desk) -> None:
    talk = await transferred(desk)
    text = f"A conversation of the bot shop waits for a person: {talk}"
    assert await desk.told("carla") == [text]
    _, inbox = await desk.get("tasks/notifications/inbox")
    [notification] = inbox["notifications"]
    assert (notification["event"], notification["message"]) == ("conversation_waits", text)
    assert await desk.told("viewer") == []
    assert await desk.told("stranger") == []


@pytest.mark.parametrize("text", ["", "  \n", "x" * 1501, "\U0001f600" * 751])
async def test_a_text_that_cannot_be_sent_is_refused(text: str, desk: Desk) -> None:
    talk = await transferred(desk)
    status, refused = await desk.send(f"conversations/{talk}/messages", {"text": text})
    assert (status, refused["error"]) == (400, "invalid_text")


async def test_who_has_opted_out_is_not_written_to(desk: Desk) -> None:
    talk = await transferred(desk)
    work = UnitOfWork(desk.services.database, START)
    async with work.read() as reader:
        contact = await people.contact_at(reader, "post", "ana")
    assert contact is not None
    work.writes.update("contact", {"id": contact["id"]}, {"opted_out_at": START})
    await work.commit()
    status, refused = await desk.send(f"conversations/{talk}/messages", {"text": "Hello?"})
    assert (status, refused["error"]) == (409, "opted_out")


@pytest.mark.parametrize(("token", "status"), [("viewer", 403), ("reader", 403)])
async def test_only_those_who_run_bots_see_and_write(token: str, status: int, desk: Desk) -> None:
    talk = await transferred(desk)
    for path in ("conversations", f"conversations/{talk}"):
        assert (await desk.get(path, token))[0] == status
    for path in ("messages", "take-over"):
        assert (await desk.send(f"conversations/{talk}/{path}", {"text": "x"}, token))[0] == status


async def test_another_organisation_sees_and_writes_in_its_own_talks_alone(desk: Desk) -> None:
    talk = await transferred(desk)
    assert await desk.get("conversations", "stranger") == (200, {"conversations": []})
    assert (await desk.get(f"conversations/{talk}", "stranger"))[0] == 404
    for path in ("messages", "take-over"):
        assert (await desk.send(f"conversations/{talk}/{path}", {"text": "x"}, "stranger"))[0] == 404


async def test_what_is_not_there_and_what_cannot_be_read_is_said(desk: Desk) -> None:
    talk = await transferred(desk)
    assert (await desk.get("conversations/cnv_none"))[0] == 404
    assert (await desk.send("conversations/cnv_none/messages", {"text": "x"}))[0] == 404
    assert (await desk.send("conversations/cnv_none/take-over"))[0] == 404
    assert (await desk.send(f"conversations/{talk}/messages", {"text": 5}))[0] == 400
    assert (await desk.send(f"conversations/{talk}/take-over", {"reason": 5}))[0] == 400
    assert (await desk.get(f"conversations/{talk}?before=x"))[0] == 400


async def test_events_tell_who_did_what(desk: Desk) -> None:
    talk = await transferred(desk)
    await desk.send(f"conversations/{talk}/messages", {"text": "I am Carla."})
    await desk.send(f"conversations/{talk}/give-back")
    async with desk.services.database.read() as reader:
        found = await people.events(reader, "conversation", [talk])
    carla = desk.ids["carla"]
    assert [(row["kind"], row["actor"]) for row in found] == [
        ("conversation_handed_over", "shop"),
        ("person_said", carla),
        ("conversation_given_back", carla),
    ]
