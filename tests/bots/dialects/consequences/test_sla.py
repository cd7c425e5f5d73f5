"""General Bots: due dates by the organisation's SLA, and who is told of them."""

from tasktalk.runtime.administration import Administration
from tests.bots.dialects.conftest import Api
from tests.bots.dialects.consequences.conftest import House


async def say(house: House, **sla: float | str) -> None:
    await Administration(house.services.database, house.clock, "test").set_sla("default", sla)


async def test_a_task_says_how_it_stands(house: House, ana: Api) -> None:
    await say(house, high=4.0)
    task_id, other = await ana.made(priority="high"), await ana.made(priority="low")
    task = await ana.get(task_id)
    assert (task["due_date"], task["sla"]) == ("2024-01-15T14:00:00Z", "on_time")
    assert [(await ana.get(other))[name] for name in ("due_date", "sla")] == [None, None]
    await house.pass_time(hours=4, seconds=1)
    assert (await ana.get(task_id))["sla"] == "breached"
    await ana.complete(task_id)
    assert (await ana.get(task_id))["sla"] == "breached"
    answer = await ana.patch(task_id, sla="on_time")
    assert (answer.status, answer.code) == (400, "read_only_field")


async def test_the_answer_to_a_change_names_what_was_sent_alone(house: House, ana: Api) -> None:
    await say(house, high=4.0)
    task_id = await ana.made(priority="low")
    assert (await ana.patch(task_id, priority="high")).body["updated_fields"] == ["priority"]
    assert (await ana.get(task_id))["due_date"] == "2024-01-15T14:00:00Z"


async def test_who_is_told_of_what_is_overdue_is_warned(house: House, ana: Api, jane: Api) -> None:
    await say(house, high=4.0)
    await ana.made(priority="high", assignee="jane")
    await house.pass_time(hours=3)
    assert await house.inbox(jane) == [("task_assigned", "Call Ana"), ("sla_warning", "Call Ana")]
    await house.pass_time(hours=1)
    assert [event for event, _ in await house.inbox(jane)] == ["task_assigned", "sla_warning", "task_overdue"]
    [latest, before, _] = (await jane.send("GET", "/tasks/notifications/inbox")).body["notifications"]
    assert (before["message"], latest["message"]) == ("Due soon: Call Ana", "Overdue: Call Ana")


async def test_who_is_not_told_of_what_is_overdue_is_not_warned(house: House, ana: Api, jane: Api) -> None:
    await say(house, high=4.0)
    setting = {"events": ["task_assigned"], "channels": ["in_app"], "recipients": ["assignee"]}
    assert (await jane.send("PUT", "/tasks/notifications", setting)).status == 200
    await ana.made(priority="high", assignee="jane")
    await house.pass_time(hours=9)
    assert [event for event, _ in await house.inbox(jane)] == ["task_assigned"]


async def test_a_webhook_and_a_rule_follow_a_breach(house: House, ana: Api) -> None:
    await say(house, high=4.0)
    events = ["sla_warning", "sla_breached"]
    assert (await ana.send("POST", "/webhooks", {"url": house.hook_url, "events": events})).status == 201
    body = {
        "name": "Help out",
        "trigger": {"type": "task_event", "value": "sla_breached"},
        "action": {"type": "create_task", "priority": "low"},
    }
    assert (await ana.send("POST", "/automations", body)).status == 201
    await ana.made(priority="high")
    await ana.made(title="Of somebody", due_date="2024-01-15T12:00:00Z")
    await house.pass_time(hours=9)
    assert house.receiver.told == ["sla_warning Call Ana", "sla_breached Call Ana"]
    assert sorted(await ana.titles()) == ["Call Ana", "Help out", "Of somebody"]
