"""What the shipped server of Bytebot has besides: pages, steering, and talks with the bots that do the tasks."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tasktalk.bots.api.services import Services
from tasktalk.bots.api.times import time
from tasktalk.bots.dialects import bytebot
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.budgets import UNLIMITED
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.messages import Listener, Messages
from tests.bots.dialects.bytebot.conftest import Byte, told
from tests.bots.dialects.contract import CheckedClient
from tests.stage import BOT, ECHO, Stage

ASKS = 'TALK "Hello."\nHEAR size WITH "Which size?"\nTALK "So " + size\nWAIT 1 HOUR\nRETURN size\n'


@dataclass(slots=True)
class Live:
    """A bot on the real engine, and the interface to its tasks."""

    stage: Stage
    byte: Byte

    async def given(self, description: str = "Buy a hat") -> str:
        """The id of a task that the bot has taken up."""
        task_id = await self.byte.made(description, model={"name": BOT})
        await self.settle()
        return task_id

    async def settle(self) -> None:
        self.stage.engine.wake()
        await self.stage.engine.settle()

    async def say(self, task_id: str, **said: Any) -> Any:
        answer = await self.byte.send("POST", f"/tasks/{task_id}/messages", said)
        assert answer.status == 201, answer
        await self.settle()
        return answer.body

    async def talk(self, task_id: str, **query: str) -> list[tuple[str, str]]:
        """Who has said what."""
        answer = await self.byte.send("GET", f"/tasks/{task_id}/messages", params=query)
        assert answer.status == 200, answer
        return [(each["role"], each["content"][0].get("text", "")) for each in answer.body]

    async def steer(self, task_id: str, verb: str) -> Any:
        answer = await self.byte.send("POST", f"/tasks/{task_id}/{verb}")
        await self.settle()
        return answer

    async def status(self, task_id: str) -> str:
        found: str = (await self.byte.get(task_id))["status"]
        return found


@pytest.fixture
async def live(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[Live]:
    stage = Stage(tmp_path, clock)
    stage.write(ECHO)
    stage.write(ASKS, "task.bas")
    await stage.open()
    accounts = Accounts(stage.database, clock)
    services = Services(*(stage.database, clock, stage.engine, stage.bots, accounts, UNLIMITED), is_on_loopback=True)
    app = web.Application()
    app.add_routes(bytebot.routes(services))
    async with CheckedClient(TestServer(app)) as client:
        yield Live(stage, Byte(client, base="/bytebot-live"))
    await stage.close()


async def test_bb_15_lists_are_pages(byte: Byte) -> None:
    made = [await byte.made(str(number)) for number in range(12)]
    first = await byte.live.listed()
    assert ([task["id"] for task in first["tasks"]], first["total"], first["totalPages"]) == (made[:1:-1], 12, 2)
    second = await byte.live.listed(page="2")
    assert [task["id"] for task in second["tasks"]] == made[1::-1]
    await byte.patch(made[3], status="COMPLETED")
    await byte.patch(made[4], status="FAILED")
    found = await byte.live.listed(statuses="COMPLETED,FAILED", limit="1")
    assert ([task["id"] for task in found["tasks"]], found["total"], found["totalPages"]) == ([made[4]], 2, 2)
    assert (await byte.live.listed(status="COMPLETED"))["tasks"][0]["id"] == made[3]
    assert len((await byte.live.listed(limit="1000"))["tasks"]) == 12


async def test_bb_23_and_28_a_person_answers_the_bot(live: Live) -> None:
    task_id = await live.given()
    assert await live.status(task_id) == "NEEDS_HELP"
    shown = await live.say(task_id, message="large")
    assert (shown["id"], shown["status"]) == (task_id, "RUNNING")
    assert await live.talk(task_id) == [
        ("USER", "Buy a hat"),
        ("ASSISTANT", "Hello."),
        ("ASSISTANT", "Which size?"),
        ("USER", "large"),
        ("ASSISTANT", "So large"),
    ]
    assert await live.talk(task_id, page="2", limit="2") == [("ASSISTANT", "Which size?"), ("USER", "large")]
    for beyond in (9, 10**16 + 1, 10**18 - 1):
        assert await live.talk(task_id, page=str(beyond), limit="100") == []
    assert [message["content"][0]["text"] for message in (await live.byte.get(task_id))["messages"]][-1] == "So large"
    await live.stage.pass_time(timedelta(hours=1))
    ended = await live.byte.get(task_id)
    assert (ended["status"], ended["result"], ended["completedAt"]) == (
        "COMPLETED",
        {"text": "large"},
        "2025-04-14T13:00:00Z",
    )


async def test_bb_27_messages_are_told_as_they_are_and_grouped(live: Live) -> None:
    task_id = await live.given()
    raw = await live.byte.send("GET", f"/tasks/{task_id}/messages/raw")
    assert raw.body == (await live.byte.send("GET", f"/tasks/{task_id}/messages")).body
    grouped = await live.byte.send("GET", f"/tasks/{task_id}/messages/processed")
    assert [(group["role"], len(group["messages"])) for group in grouped.body] == [("USER", 1), ("ASSISTANT", 2)]
    assert [message for group in grouped.body for message in group["messages"]] == raw.body


async def test_bb_22_blocks_are_kept_as_they_are(live: Live) -> None:
    task_id = await live.byte.made()
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
    blocks = [{"type": "text", "text": "see"}, picture, {"type": "tool_use", "input": {"x": [1, None, 1.5]}}]
    await live.say(task_id, content=blocks)
    messages = (await live.byte.get(task_id))["messages"]
    assert (messages[1]["content"], messages[1]["role"]) == (blocks, "USER")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"message": ""},
        {"message": " \n"},
        {"message": "x", "content": []},
        {"content": []},
        {"content": {}},
        {"content": ["x"]},
        {"content": [{}]},
        {"content": [{"type": 1}]},
        {"content": [{"type": "text", "text": "x\0"}]},
        {"content": [{"type": "x"}] * 1001},
        {"message": "x", "role": "ASSISTANT"},
    ],
)
async def test_bb_22_what_is_no_message_is_refused(live: Live, body: dict[str, Any]) -> None:
    task_id = await live.given()
    before = await live.talk(task_id)
    assert told(await live.byte.send("POST", f"/tasks/{task_id}/messages", body))[:2] == (400, "Bad Request")
    assert (await live.talk(task_id), await live.status(task_id)) == (before, "NEEDS_HELP")


async def test_a_picture_is_no_answer_and_stays_at_the_task(live: Live) -> None:
    task_id = await live.given()
    await live.say(task_id, content=[{"type": "image", "source": {"type": "base64", "media_type": "x", "data": ""}}])
    assert await live.status(task_id) == "NEEDS_HELP"
    await live.say(task_id, content=[{"type": "text", "text": "very"}, {"type": "text", "text": "large"}])
    assert (await live.talk(task_id))[-1] == ("ASSISTANT", "So very\nlarge")


async def test_a_message_is_kept_once_whether_the_bot_listens_or_not(live: Live) -> None:
    task_id = await live.given()
    for text in ("large", "no script waits for this"):
        live.byte.headers = {"Idempotency-Key": text}
        await live.say(task_id, message=text)
        await live.say(task_id, message=text)
    assert [text for role, text in await live.talk(task_id) if role == "USER"] == [
        "Buy a hat",
        "large",
        "no script waits for this",
    ]


async def test_bb_23_and_28_of_two_answers_at_once_one_is_heard_and_no_other_talk_begins(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.stage.write("HEAR size\nRETURN size", "task.bas")
    await live.stage.pass_time(timedelta(seconds=2))
    task_id = await live.given()
    both, listener = asyncio.Barrier(2), Messages.listener

    async def found_at_once(messages: Messages, task_id: str) -> Listener | None:
        found = await listener(messages, task_id)
        await both.wait()
        return found

    monkeypatch.setattr(Messages, "listener", found_at_once)
    await asyncio.gather(live.say(task_id, message="large"), live.say(task_id, message="small"))
    assert {tuple(said) for said in await live.talk(task_id)} == {
        ("USER", "Buy a hat"),
        ("USER", "large"),
        ("USER", "small"),
    }
    assert [row["status"] for row in await live.stage.rows("session")] == ["ended"]
    assert await live.status(task_id) == "COMPLETED"


async def test_bb_27_takeover_holds_the_bot_and_resume_lets_it_go_on(live: Live) -> None:
    task_id = await live.given()
    await live.say(task_id, message="large")
    taken = await live.steer(task_id, "takeover")
    assert (taken.status, taken.body["control"], taken.body["status"]) == (200, "USER", "RUNNING")
    assert told(await live.steer(task_id, "takeover"))[2] == f"Task {task_id} is not under agent control"
    await live.stage.pass_time(timedelta(hours=5))
    await live.say(task_id, message="I do it")
    found = await live.byte.get(task_id)
    assert (found["status"], found["control"]) == ("RUNNING", "USER")
    assert (await live.byte.listed())["tasks"][0]["control"] == "USER"
    resumed = await live.steer(task_id, "resume")
    assert (resumed.status, resumed.body["control"]) == (200, "ASSISTANT")
    assert await live.status(task_id) == "COMPLETED"
    assert (await live.talk(task_id))[-1] == ("USER", "I do it")


async def test_bb_27_resume_is_refused_where_nobody_has_taken_over(live: Live) -> None:
    task_id = await live.byte.made()
    answer = await live.steer(task_id, "resume")
    assert told(answer) == (400, "Bad Request", f"Task {task_id} is not under user control")


@pytest.mark.parametrize("is_taken_over", [False, True])
async def test_bb_27_cancel_ends_all_that_is_done_for_a_task(live: Live, *, is_taken_over: bool) -> None:
    task_id = await live.given()
    if is_taken_over:
        await live.steer(task_id, "takeover")
    answer = await live.steer(task_id, "cancel")
    assert (answer.status, answer.body["status"], answer.body["control"]) == (200, "CANCELLED", "ASSISTANT")
    assert [row["status"] for row in await live.stage.rows("run")] == ["cancelled"]
    assert await live.stage.rows("session", status="waiting") == []
    spelled = f"task_{task_id}"
    answer = await live.steer(spelled, "cancel")
    assert told(answer) == (400, "Bad Request", f"Task {spelled} is already completed, failed, or cancelled")


@pytest.mark.parametrize("status", ["COMPLETED", "FAILED", "CANCELLED"])
async def test_bb_27_a_finished_task_is_not_cancelled(live: Live, status: str) -> None:
    task_id = await live.byte.made()
    document = replace(live.byte, base="/bytebot")
    assert (await document.patch(task_id, status=status)).status == 200
    assert told(await live.steer(task_id, "cancel"))[0] == 400


async def scheduled(live: Live) -> str:
    """The id of a task whose time comes in an hour."""
    at = (live.stage.clock.now() + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    return await live.byte.made("Buy a hat", type="SCHEDULED", scheduledFor=at, model={"name": BOT})


async def test_bb_11_a_scheduled_task_is_begun_by_its_run_and_ends_with_it(live: Live) -> None:
    task_id = await scheduled(live)
    await live.settle()
    assert await live.status(task_id) == "PENDING"
    await live.stage.pass_time(timedelta(hours=1))
    found = await live.byte.get(task_id)
    assert (found["status"], found["completedAt"]) == ("NEEDS_HELP", None)
    assert found["executedAt"] == time(live.stage.clock.now())
    await live.say(task_id, message="large")
    assert await live.status(task_id) == "RUNNING"
    await live.stage.pass_time(timedelta(hours=1))
    found = await live.byte.get(task_id)
    assert (found["status"], found["result"]) == ("COMPLETED", {"text": "large"})
    assert found["completedAt"] == time(live.stage.clock.now())
    await live.stage.pass_time(timedelta(days=20))
    assert len(await live.stage.rows("run")) == 1


async def test_bb_11_a_scheduled_task_whose_run_fails_has_failed(live: Live) -> None:
    task_id = await scheduled(live)
    live.stage.write("TALK 1 / 0", "task.bas")
    live.stage.bots.look(live.stage.clock.now())
    await live.stage.pass_time(timedelta(hours=2))
    found = await live.byte.get(task_id)
    assert found["status"] == "FAILED"
    assert found["error"]


async def test_bb_27_what_steers_is_not_in_the_document(live: Live) -> None:
    task_id = await live.byte.made()
    document = replace(live.byte, base="/bytebot")
    for verb in ("takeover", "resume", "cancel", "messages", "messages/raw"):
        assert told(await document.send("POST", f"/tasks/{task_id}/{verb}", {}))[0] == 404
    assert told(await live.byte.patch(task_id, status="COMPLETED"))[0] == 405


async def test_bb_27_models_are_bots(live: Live) -> None:
    found = await live.byte.send("GET", "/tasks/models")
    assert found.body == [{"provider": "tasktalk", "name": BOT, "title": BOT}]


async def test_bb_29_a_deleted_task_leaves_no_message(live: Live) -> None:
    task_id = await live.given()
    await live.say(task_id, content=[{"type": "image"}])
    assert (await live.byte.send("DELETE", f"/tasks/{task_id}")).status == 204
    assert await live.stage.rows("task_message") == []
    assert told(await live.byte.send("GET", f"/tasks/{task_id}/messages"))[0] == 404
