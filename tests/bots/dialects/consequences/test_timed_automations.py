"""General Bots: rules that act at times."""

from datetime import timedelta
from typing import Any

import pytest

from tests.bots.dialects.conftest import Api
from tests.bots.dialects.consequences.conftest import House


def body(value: object, action: dict[str, Any] | None = None, **trigger: object) -> dict[str, Any]:
    made = {"type": "schedule", "value": value, **trigger}
    return {"name": "Weekly check", "trigger": made, "action": action or {"type": "create_task"}}


async def rule(api: Api, value: str, action: dict[str, Any] | None = None, **trigger: object) -> dict[str, Any]:
    answer = await api.send("POST", "/automations", body(value, action, **trigger))
    assert answer.status == 201, answer
    made: dict[str, Any] = answer.body
    return made


async def test_gb_96_a_rule_says_when_it_acts_next(ana: Api, jane: Api) -> None:
    made = await rule(ana, "weekdays at 9am", timezone="Europe/Berlin")
    assert made["trigger"] == {"type": "schedule", "value": "weekdays at 9am", "timezone": "Europe/Berlin"}
    assert made["next_run_at"] == "2024-01-16T08:00:00Z"
    assert (await jane.send("GET", f"/automations/{made['automation_id']}")).body == made
    assert (await jane.send("GET", "/automations")).body["automations"] == [made]


async def test_gb_98_each_due_time_makes_one_task(house: House, ana: Api) -> None:
    made = await rule(ana, "every 2 hours", {"type": "create_task", "title": "Look", "due_in_hours": 1})
    await house.pass_time(hours=1, minutes=59)
    assert await ana.titles() == []
    await house.pass_time(minutes=1)
    [row] = (await ana.page()).body["tasks"]
    task = await ana.get(row["task_id"])
    assert (task["title"], task["due_date"], task["created_by"]) == (
        *("Look", "2024-01-15T13:00:00Z"),
        made["automation_id"],
    )
    assert task["context"] == {"planned_at": "2024-01-15T12:00:00Z", "automation_id": made["automation_id"]}
    await house.pass_time(hours=6)
    assert await ana.titles() == ["Look"] * 4
    shown = (await ana.send("GET", f"/automations/{made['automation_id']}")).body
    assert shown["next_run_at"] == "2024-01-15T20:00:00Z"


async def test_a_rule_at_one_moment_acts_once(house: House, ana: Api) -> None:
    made = await rule(ana, "tomorrow at 9")
    assert (made["trigger"]["value"], made["next_run_at"]) == ("2024-01-16T09:00:00+00:00", "2024-01-16T09:00:00Z")
    await house.pass_time(days=3)
    assert await ana.titles() == ["Weekly check"]
    assert (await ana.send("GET", f"/automations/{made['automation_id']}")).body["next_run_at"] is None


async def test_times_that_were_missed_make_one_task(house: House, ana: Api) -> None:
    await rule(ana, "every 2 hours")
    await house.close()
    house.clock.advance(timedelta(hours=11))
    await house.open()
    ana = await house.person("ana")
    await house.settle()
    assert await ana.titles() == ["Weekly check"]
    await house.pass_time(hours=1)
    assert await ana.titles() == ["Weekly check"] * 2


async def test_a_due_time_tells_a_user_and_calls_a_webhook(house: House, ana: Api, jane: Api) -> None:
    webhook = await ana.send("POST", "/webhooks", {"url": house.hook_url, "events": ["task_created"]})
    await rule(ana, "hourly", {"type": "notify", "user": "jane", "text": "An hour has gone."})
    made = await rule(ana, "hourly", {"type": "call_webhook", "webhook": webhook.body["webhook_id"]})
    await house.pass_time(hours=1)
    [told] = (await jane.send("GET", "/tasks/notifications/inbox")).body["notifications"]
    assert (told["event"], told["message"], told["task_id"]) == ("automation", "An hour has gone.", None)
    [called] = house.receiver.bodies
    assert (called["type"], called["data"]["automation_id"]) == ("automation_due", made["automation_id"])
    assert called["data"]["changes"] == {"planned_at": {"before": None, "after": "2024-01-15T11:00:00Z"}}


async def test_a_due_time_runs_a_script(house: House, ana: Api) -> None:
    (house.folder / "bots" / "support" / "tidy.bas").write_text(
        'PARAM automation, planned_at\nCREATE TASK automation + " of " + planned_at\n'
    )
    await house.close()
    await house.open()
    ana = await house.person("ana")
    await rule(ana, "hourly", {"type": "run_script", "bot": "support", "script": "tidy.bas"})
    await house.pass_time(hours=2)
    assert sorted(await ana.titles()) == [f"Weekly check of 2024-01-15T{hour}:00:00Z" for hour in (11, 12)]


async def test_an_ended_rule_acts_at_no_time(house: House, ana: Api) -> None:
    made = await rule(ana, "hourly")
    await house.pass_time(hours=1)
    await ana.send("DELETE", f"/automations/{made['automation_id']}")
    assert await house.rows("schedule") == []
    await house.pass_time(hours=5)
    assert await ana.titles() == ["Weekly check"]


async def test_gb_10_a_time_is_one_organisations(house: House, ana: Api, eve: Api) -> None:
    await rule(eve, "hourly")
    await house.pass_time(hours=1)
    assert (await ana.titles(), await eve.titles()) == ([], ["Weekly check"])


WRONG_TIMES: list[Any] = [None, 7, "", " ", "whenever", "99 * * * *", "2020-01-01T10:00", "yesterday", []]
WRONG_ZONES: list[Any] = ["Mars/Olympus", 7, "", []]


@pytest.mark.parametrize(
    ("value", "more"),
    [
        *((value, {}) for value in WRONG_TIMES),
        *(("hourly", {"timezone": zone}) for zone in WRONG_ZONES),
        ("hourly", {"more": 1}),
    ],
)
async def test_gb_100_what_is_no_time_is_refused(house: House, ana: Api, value: object, more: dict[str, Any]) -> None:
    answer = await ana.send("POST", "/automations", body(value, **more))
    assert (answer.status, answer.code) == (400, "invalid_trigger")
    assert (await house.rows("automation"), await house.rows("schedule")) == ([], [])


async def test_gb_100_a_time_zone_goes_with_times_alone(house: House, ana: Api) -> None:
    trigger = {"type": "conversation_tag", "value": "urgent", "timezone": "UTC"}
    answer = await ana.send("POST", "/automations", {**body("x"), "trigger": trigger})
    assert (answer.status, answer.code) == (400, "invalid_trigger")
    assert await house.rows("automation") == []
