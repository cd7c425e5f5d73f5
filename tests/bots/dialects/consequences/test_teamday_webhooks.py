"""TeamDay: what follows from changes: signed calls in its words, bots that take up tasks, users who are told."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook

from tasktalk.runtime.post import ATTEMPTS
from tasktalk.runtime.tasks.webhooks import MOST_WEBHOOKS
from tests.bots.dialects.conftest import Api
from tests.bots.dialects.consequences.conftest import House
from tests.bots.dialects.teamday.conftest import Day, told

EVENTS = ["task.created", "task.updated", "task.status_changed", "task.completed", "task.assigned"]


@pytest.fixture
async def day(house: House, ana: Api) -> Day:
    """Ana at TeamDay's interface."""
    return Day(house.client, ana.token)


async def subscribe(house: House, day: Day, *events: str) -> dict[str, Any]:
    answer = await day.send("POST", "/webhooks", {"url": house.hook_url, "events": list(events or EVENTS)})
    assert answer.status == 201, answer
    return answer.body


def types(house: House) -> list[str]:
    """The events that were told, in their order."""
    return [body["type"] for body in house.receiver.bodies]


async def test_td_64_a_subscription_is_shown_without_its_secret_but_once(house: House, day: Day, ana: Api) -> None:
    made = await subscribe(house, day, "task.completed", "task.completed")
    secret = made.pop("secret")
    assert made == {
        "id": made["id"],
        "url": house.hook_url,
        "events": ["task.completed"],
        "createdBy": "ana",
        "createdAt": "2024-01-15T10:00:00Z",
    }
    assert await day.array("/webhooks") == [made]
    assert secret.startswith("whsec_")
    assert (await ana.send("GET", "/webhooks")).body == {"webhooks": [], "total": 0}
    assert (await ana.send("DELETE", f"/webhooks/{made['id']}")).status == 404


async def test_td_64_a_task_that_is_made_is_told_in_its_shape(house: House, day: Day) -> None:
    secret = (await subscribe(house, day))["secret"]
    made = await day.made(priority="urgent", metadata={"tags": ["a"], "k": [1]})
    await house.settle()
    [(sent, body)] = house.receiver.calls
    at = datetime.fromtimestamp(int(sent["webhook-timestamp"]), UTC)
    assert sent["webhook-signature"] == Webhook(secret).sign(sent["webhook-id"], at, body)
    found = json.loads(body)
    assert found == {
        "type": "task.created",
        "timestamp": "2024-01-15T10:00:00Z",
        "data": {"eventId": found["data"]["eventId"], "actor": "ana", "taskId": made["id"], "task": made},
    }


async def test_td_65_to_67_completing_is_three_calls_in_order(house: House, day: Day) -> None:
    made = await day.made(status="in_progress")
    await house.settle()
    await subscribe(house, day)
    after = await day.patched(made["id"], status="completed")
    await house.settle()
    assert types(house) == ["task.updated", "task.status_changed", "task.completed"]
    assert len({sent["webhook-id"] for sent, _ in house.receiver.calls}) == 3
    assert len({body["data"]["eventId"] for body in house.receiver.bodies}) == 1
    assert [body["data"]["task"] for body in house.receiver.bodies] == [after] * 3
    data = house.receiver.bodies[1]["data"]
    assert (data["previousStatus"], data["status"]) == ("in_progress", "completed")


async def test_td_46_and_66_both_steps_of_completing_are_told(house: House, day: Day) -> None:
    made = await day.made()
    await house.settle()
    await subscribe(house, day)
    await day.patched(made["id"], status="completed")
    await house.settle()
    assert types(house) == ["task.updated", "task.status_changed"] * 2 + ["task.completed"]
    steps = [
        (body["data"]["previousStatus"], body["data"]["status"])
        for body in house.receiver.bodies
        if body["type"] == "task.status_changed"
    ]
    assert steps == [("pending", "in_progress"), ("in_progress", "completed")]


async def test_td_68_who_is_given_a_task(house: House, day: Day, ana: Api) -> None:
    await subscribe(house, day, "task.assigned")
    made = await day.made(assignedTo="agent_support")
    await day.patched(made["id"], assignedTo="jane")
    assert (await ana.patch(made["id"], assignee=None)).status == 200
    await day.patched(made["id"], assignedTo="kim", status="in_progress")
    await house.settle()
    found = [(body["data"]["previousAssignedTo"], body["data"]["assignedTo"]) for body in house.receiver.bodies]
    assert found == [(None, "agent_support"), ("agent_support", "jane"), (None, "kim")]
    assert types(house) == ["task.assigned"] * 3


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["task.created"], ["task.created"]),
        (["task.updated"], ["task.updated"] * 2),
        (["task.status_changed", "task.completed"], ["task.status_changed"]),
        (EVENTS, ["task.created", "task.assigned", "task.updated", "task.updated", "task.status_changed"]),
    ],
)
async def test_td_64_to_68_only_what_was_asked_for_is_told(
    house: House, day: Day, wanted: list[str], found: list[str]
) -> None:
    await subscribe(house, day, *wanted)
    made = await day.made(assignedTo="jane")
    await day.patched(made["id"], title="New")
    await day.patched(made["id"], status="cancelled")
    await day.send("DELETE", f"/tasks/{made['id']}")
    await house.settle()
    assert types(house) == found


async def test_td_66_what_is_the_same_here_is_no_change_of_status(house: House, day: Day, ana: Api) -> None:
    made = await day.made(status="in_progress")
    await house.settle()
    await subscribe(house, day)
    assert (await ana.patch(made["id"], progress=50)).status == 200
    await house.settle()
    assert types(house) == ["task.updated"]


async def test_td_67_what_fails_is_tried_again_in_order_with_its_ids(house: House, day: Day) -> None:
    await subscribe(house, day)
    house.receiver.statuses = [500, 503, 204, 500]
    made = await day.made(status="in_progress")
    await day.patched(made["id"], status="completed")
    await house.settle()
    await house.pass_time(hours=1)
    assert types(house) == ["task.created", "task.updated", "task.status_changed", "task.completed"]
    assert house.receiver.refused == 3
    assert await house.rows("parcel") == []


async def test_td_64_what_never_arrives_is_given_up_and_can_be_put_back(house: House, day: Day) -> None:
    webhook_id = (await subscribe(house, day, "task.created"))["id"]
    house.receiver.statuses = [503] * ATTEMPTS
    made = await day.made()
    await house.pass_time(days=2)
    [call] = await day.array(f"/webhooks/{webhook_id}/failed")
    assert (call["taskId"], call["attempts"], call["error"]) == (made["id"], ATTEMPTS, "127.0.0.1 answered 503")
    assert (await day.send("POST", f"/webhooks/{webhook_id}/retry")).body == {"retried": 1}
    await house.settle()
    assert types(house) == ["task.created"]
    assert house.receiver.calls[0][0]["webhook-id"] == call["id"]


async def test_td_64_both_kinds_of_webhooks_are_told_in_their_words(house: House, day: Day, ana: Api) -> None:
    body = {"url": house.hook_url, "events": ["task_created", "task_completed"]}
    assert (await ana.send("POST", "/webhooks", body)).status == 201
    await subscribe(house, day, "task.created", "task.completed")
    made = await day.made(status="in_progress")
    await day.patched(made["id"], status="completed")
    await house.settle()
    assert sorted(types(house)) == ["task.completed", "task.created", "task_completed", "task_created"]


async def test_td_64_what_cannot_be_subscribed_to(house: House, day: Day, eve: Api) -> None:
    wrongs: list[Any] = [[], ["task_created"], ["task.deleted"], "task.created", None, [5], {}]
    for events in wrongs:
        assert told(await day.send("POST", "/webhooks", {"url": house.hook_url, "events": events}))[0] == 400
    urls: list[Any] = ["", None, 5, "ftp://example.com", "http://169.254.169.254/x"]
    for url in urls:
        assert told(await day.send("POST", "/webhooks", {"url": url, "events": ["task.created"]}))[0] == 400
    made = await subscribe(house, day)
    other = Day(house.client, eve.token)
    for method, path in [("DELETE", ""), ("GET", "/failed"), ("POST", "/retry")]:
        answer = await other.send(method, f"/webhooks/{made['id']}{path}")
        assert told(answer) == (404, f"Webhook {made['id']} not found")
    assert await other.array("/webhooks") == []
    assert (await day.send("DELETE", f"/webhooks/{made['id']}")).body == {"id": made["id"], "deleted": True}
    for _ in range(MOST_WEBHOOKS):
        await subscribe(house, day)
    many = await day.send("POST", "/webhooks", {"url": house.hook_url, "events": ["task.created"]})
    assert told(many) == (400, f"An organisation can have {MOST_WEBHOOKS} webhooks")


async def with_worker(house: House) -> None:
    """Serves a bot, worker, that does tasks."""
    await house.close()
    (house.folder / "bots" / "worker").mkdir()
    (house.folder / "bots" / "worker" / "start.bas").write_text('TALK "Hello."\n')
    (house.folder / "bots" / "worker" / "task.bas").write_text('RETURN "12 boxes"\n')
    await house.open()


async def test_td_52_a_bot_takes_up_what_is_given_to_it_as_an_agent(house: House, ana: Api) -> None:
    await with_worker(house)
    day = Day(house.client, ana.token)
    made = await day.made(assignedTo="agent_worker", assigneeType="agent")
    await house.settle()
    after = await day.get(made["id"])
    assert (after["status"], after["assignedTo"], after["assigneeType"]) == ("completed", "agent_worker", "agent")
    assert after["completedAt"] == "2024-01-15T10:00:00Z"
    free = await day.made(assignedTo="agent_nobody", assigneeType="agent")
    await house.settle()
    assert (await day.get(free["id"]))["status"] == "pending"


async def test_td_52_and_58_but_not_before_what_it_depends_on(house: House, ana: Api) -> None:
    await with_worker(house)
    day = Day(house.client, ana.token)
    first = await day.made()
    second = await day.made(assignedTo="agent_worker", metadata={"dependsOn": first["id"], "step": 2})
    third = await day.made(assignedTo="agent_worker", metadata={"dependsOn": second["id"], "step": 3})
    await house.settle()
    assert [(await day.get(each["id"]))["status"] for each in (second, third)] == ["pending", "pending"]
    await day.patched(first["id"], status="completed")
    await house.settle()
    assert [(await day.get(each["id"]))["status"] for each in (second, third)] == ["completed", "completed"]


async def test_td_53_a_user_is_told_of_what_is_given_to_them(house: House, day: Day, jane: Api) -> None:
    setting = {
        "events": ["task_assigned"],
        "channels": ["email", "in_app"],
        "recipients": ["assignee", "watchers"],
    }
    assert (await jane.send("PUT", "/tasks/notifications", setting)).status == 200
    made = await day.made(title="Call Bo", assignedTo="jane", assigneeType="user")
    await house.settle()
    assert await house.inbox(jane) == [("task_assigned", "Call Bo")]
    assert [to for to, _ in house.mails.told] == ["jane@example.com"]
    assert await Day(house.client, jane.token).titles(assignedTo="jane") == ["Call Bo"]
    assert (await Day(house.client, jane.token).patched(made["id"], status="in_progress"))["status"] == "in_progress"


async def test_td_48_a_breach_is_told_once(house: House, day: Day, jane: Api) -> None:
    await day.made(title="Call Bo", assignedTo="jane", priority="high")
    await house.pass_time(days=3)
    found = [kind for kind, _ in await house.inbox(jane)]
    assert found == ["task_assigned", "sla_warning", "task_overdue"]


async def test_a_rule_may_call_it_about_what_is_no_task(house: House, day: Day, ana: Api) -> None:
    webhook_id = (await subscribe(house, day, "task.created"))["id"]
    rule = {
        "name": "Tell",
        "trigger": {"type": "conversation_tag", "value": "urgent"},
        "action": {"type": "call_webhook", "webhook": webhook_id},
    }
    assert (await ana.send("POST", "/automations", rule)).status == 201
    house.receiver.statuses = [410]
    assert await house.tag(ana, await house.say("help"), "urgent") == 200
    [call] = await day.array(f"/webhooks/{webhook_id}/failed")
    assert (call["taskId"], call["error"]) == (None, "127.0.0.1 answered 410")
