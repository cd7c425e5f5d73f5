"""General Bots: rules that act by themselves."""

from typing import Any

import pytest

from tasktalk.runtime.administration import Administration
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.seldom import AGAIN_AFTER
from tasktalk.runtime.tasks.automations import ACTIONS, TRIGGERS
from tasktalk.runtime.work import MOST_DEPTH
from tests.bots.dialects.conftest import Answer, Api
from tests.bots.dialects.consequences.conftest import House

RULE: dict[str, Any] = {
    "name": "High Priority Support",
    "trigger": {"type": "conversation_tag", "value": "urgent"},
    "action": {"type": "create_task", "template": "tpl_urgent", "auto_assign": True, "priority": "critical"},
}


async def rule(api: Api, trigger: tuple[str, str], **action: Any) -> Answer:
    body = {"name": "Rule", "trigger": {"type": trigger[0], "value": trigger[1]}, "action": action}
    answer = await api.send("POST", "/automations", body)
    assert answer.status == 201, answer
    return answer


TAGGED = ("conversation_tag", "urgent")
WRONG: list[Any] = ["x", None, 7, [], {}]
UNSTORABLE = ("a\0", "a\ud800")


async def test_gb_96_a_rule_is_made_as_documented(ana: Api, jane: Api) -> None:
    answer = await ana.send("POST", "/automations", RULE)
    assert answer.status == 201
    automation_id = answer.body["automation_id"]
    assert automation_id.startswith("aut_")
    created = {"created_by": "ana", "created_at": "2024-01-15T10:00:00Z"}
    assert answer.body == {"automation_id": automation_id, **RULE, **created}
    assert (await jane.send("GET", f"/automations/{automation_id}")).body == answer.body
    jane.base = "/api/v1/tasks"
    assert (await jane.send("GET", "/automations")).body == {"automations": [answer.body], "total": 1}


async def test_gb_97_the_tag_of_the_rule_runs_its_action_and_no_other(house: House, ana: Api) -> None:
    await ana.send("POST", "/automations", RULE)
    talk = await house.say("hi")
    assert await house.tag(ana, talk, "other") == 200
    assert await ana.titles() == []
    assert await house.tag(ana, talk, " URGENT ") == 200
    assert await ana.titles() == ["High Priority Support"]


async def test_gb_98_the_task_is_as_the_action_says(house: House, ana: Api, jane: Api) -> None:
    await ana.made(assignee="ana")
    answer = await ana.send("POST", "/automations", RULE)
    talk = await house.say("hi")
    await house.tag(ana, talk, "urgent")
    [row] = (await ana.page(priority="critical")).body["tasks"]
    task = await ana.get(row["task_id"])
    assert (task["priority"], task["assignee"]["user_id"]) == ("critical", "jane")
    automation_id = answer.body["automation_id"]
    assert task["created_by"] == automation_id
    assert task["context"] == {"conversation_id": talk, "bot_id": "support", "automation_id": automation_id}
    assert await house.inbox(jane) == [("task_assigned", "High Priority Support")]


async def test_gb_98_who_cannot_do_tasks_is_given_none(house: House, ana: Api) -> None:
    accounts = house.services.accounts
    viewer = await accounts.create_user("A viewer", user_id="a1", email="a1@example.com", role="viewer")
    await accounts.create_token(viewer, "t")
    await accounts.create_user("Bytebot", user_id="a2", role="member")
    await accounts.create_user("Gone", user_id="a3", email="a3@example.com", role="member")
    await Administration(house.services.database, house.clock, "boss").disable("a3", "default")
    await rule(ana, TAGGED, type="create_task", title="one", auto_assign=True)
    for contact in ("bo", "cy"):
        await house.tag(ana, await house.say("hi", contact), "urgent")
    assert {row["assignee"] for row in await house.rows("task")} == {"ana"}


async def test_gb_98_of_equals_the_least_id_is_chosen_and_each_in_turn(house: House, ana: Api, jane: Api) -> None:
    await rule(ana, TAGGED, type="create_task", title="one", auto_assign=True)
    await rule(ana, TAGGED, type="create_task", title="two", auto_assign=True)
    await rule(ana, TAGGED, type="create_task", title="three", auto_assign=True)
    await house.tag(ana, await house.say("hi"), "urgent")
    tasks = {row["title"]: row["assignee"] for row in (await ana.page()).body["tasks"]}
    assert tasks == {"one": "ana", "two": "jane", "three": "ana"}


async def test_gb_98_what_a_rule_says_of_its_task_holds(house: House, ana: Api) -> None:
    said = {"title": "Call back", "description": "Soon.", "assignee": "bob", "tags": ["a", "b"], "due_in_hours": 1.5}
    await rule(ana, TAGGED, type="create_task", **said)
    await house.tag(ana, await house.say("hi"), "urgent")
    [row] = (await ana.page()).body["tasks"]
    task = await ana.get(row["task_id"])
    assert [task[name] for name in ("title", "description", "tags", "due_date")] == [
        *("Call back", "Soon.", ["a", "b"]),
        "2024-01-15T11:30:00Z",
    ]
    assert task["assignee"]["user_id"] == "bob"


async def test_gb_99_the_same_tag_twice_makes_one_task(house: House, ana: Api) -> None:
    await ana.send("POST", "/automations", RULE)
    first, second = await house.say("hi"), await house.say("hi", "kim")
    headers = {"Authorization": f"Bearer {ana.token}"}
    for _ in range(2):
        await house.tag(ana, first, "urgent")
        async with house.client.delete(f"/api/v1/conversations/{first}/tags/urgent", headers=headers) as answer:
            assert (await answer.json())["tags"] == []
        await house.tag(ana, first, "urgent")
        await house.tag(ana, first, "urgent")
    assert len(await ana.titles()) == 1
    await house.tag(ana, second, "urgent")
    assert len(await ana.titles()) == 2


async def test_gb_99_also_where_all_of_it_is_looked_at_together(house: House, ana: Api) -> None:
    await ana.send("POST", "/automations", RULE)
    (house.folder / "bots" / "support" / "tags.bas").write_text('TAG CONVERSATION "urgent"\n')
    (house.folder / "bots" / "support" / "start.bas").write_text(
        'TAG CONVERSATION "Urgent"\nTAG CONVERSATION "urgent"\nTAG CONVERSATION "other"\nCALL "tags.bas"\nHEAR x\n'
    )
    await house.close()
    await house.open()
    ana = await house.person("ana")
    talk = await house.say("hi")
    assert await ana.titles() == ["High Priority Support"]
    tagged = [row["changes"]["tag"][1] for row in await house.rows("event") if row["kind"] == "conversation_tagged"]
    assert tagged == ["urgent", "other"]
    headers = {"Authorization": f"Bearer {ana.token}"}
    async with house.client.get(f"/api/v1/conversations/{talk}/tags", headers=headers) as answer:
        assert await answer.json() == {"conversation_id": talk, "tags": ["urgent", "other"]}


@pytest.mark.parametrize("kind", [None, 7, "", "sms", [], {}, "create_tasks"])
async def test_gb_100_unknown_types_are_refused_with_the_known_ones(ana: Api, kind: object) -> None:
    for part, code, known in (
        ("trigger", "invalid_trigger", TRIGGERS),
        ("action", "invalid_action", ACTIONS),
    ):
        answer = await ana.send("POST", "/automations", {**RULE, part: {**RULE[part], "type": kind}})
        assert (answer.status, answer.code) == (400, code)
        assert all(word in answer.body["message"] for word in known)


@pytest.mark.parametrize(
    ("part", "value", "code"),
    [
        *(("name", name, "invalid_name") for name in (None, 7, "", "  ", "x" * 201, "a\nb", ["x"])),
        *(("trigger", trigger, "invalid_trigger") for trigger in (*WRONG, {"value": "x"})),
        *(
            ("trigger", {"type": "conversation_tag", "value": value}, code)
            for value, code in ((None, "invalid_trigger"), (7, "invalid_trigger"), ("x" * 101, "invalid_tag"))
        ),
        *(("trigger", {"type": "task_event", "value": value}, "invalid_trigger") for value in (*WRONG, ["x"])),
        *(("trigger", {"type": "message_text", "value": v}, "invalid_trigger") for v in (None, " ", "x" * 201, 7)),
        ("trigger", {"type": "message_text", "value": "help", "more": 1}, "invalid_trigger"),
        *(("action", action, "invalid_action") for action in (*WRONG, {"type": "create_task", "more": 1})),
        *(
            ("action", {"type": "create_task", field: value}, code)
            for field, value, code in (
                ("title", " ", "missing_title"),
                ("priority", "sky", "invalid_priority"),
                ("tags", "x", "invalid_tags"),
                ("assignee", 7, "invalid_assignee"),
                ("description", [], "invalid_description"),
                ("template", 7, "invalid_action"),
                ("auto_assign", "yes", "invalid_action"),
                ("due_in_hours", 0, "invalid_action"),
                ("due_in_hours", True, "invalid_action"),
                ("due_in_hours", 1e300, "invalid_action"),
                ("description", "x" * 200_000, "invalid_action"),
            )
        ),
        *(("action", {"type": "notify", "user": "ana", "text": text}, "invalid_action") for text in (*WRONG[1:], "")),
        *(("action", {"type": "run_script", "bot": "support", "script": s}, "invalid_action") for s in (None, " ", 7)),
        ("action", {"type": "call_webhook"}, "invalid_action"),
        *(("trigger", {"type": "message_text", "value": text}, "invalid_trigger") for text in UNSTORABLE),
        *(("action", {"type": "create_task", "template": text}, "invalid_action") for text in UNSTORABLE),
        *(("action", {"type": "notify", "user": "ana", "text": text}, "invalid_action") for text in UNSTORABLE),
        ("action", {"type": "notify", "user": "nobody", "text": "Hi"}, "invalid_action"),
        *(
            ("action", {"type": "run_script", "bot": "support", "script": script}, "invalid_script")
            for script in ("nope.bas", "../start.bas", "support/start.bas", "https://example.com/x.bas")
        ),
        ("more", 1, "unknown_field"),
    ],
)
async def test_gb_100_what_is_no_rule_is_refused(house: House, ana: Api, part: str, value: object, code: str) -> None:
    answer = await ana.send("POST", "/automations", {**RULE, part: value})
    assert (answer.status, answer.code) == (400, code)
    assert await house.rows("automation") == []


async def test_gb_100_what_an_action_names_has_to_be_there(house: House, ana: Api, eve: Api) -> None:
    for action, status, code, told in (
        ({"type": "run_script", "bot": "suport", "script": "start.bas"}, 404, "bot_not_found", "Bot suport not found"),
        (
            {"type": "run_script", "bot": "support", "script": "star.bas"},
            *(400, "invalid_script", 'the bot support has no script "star.bas"; did you mean "start.bas"?'),
        ),
        (
            {"type": "notify", "user": "eve", "text": "Hi"},
            *(400, "invalid_action", "There is no user eve to notify"),
        ),
        (
            {"type": "notify", "user": "ana", "text": "x" * 2001},
            *(400, "invalid_action", "notify needs text, a text of 1 to 2,000 characters"),
        ),
        ({"type": "call_webhook", "webhook": "whk_x"}, 404, "webhook_not_found", "Webhook whk_x not found"),
    ):
        answer = await ana.send("POST", "/automations", {**RULE, "action": action})
        assert (answer.status, answer.code, answer.body["message"]) == (status, code, told)
    assert await house.rows("automation") == []


async def test_a_rule_tells_the_user_who_is_named(ana: Api, jane: Api) -> None:
    made = await rule(ana, TAGGED, type="notify", user="JANE@example.com", text="Hi")
    assert made.body["action"] == {"type": "notify", "user": "jane", "text": "Hi"}


async def test_gb_10_another_organisation_has_other_rules(house: House, ana: Api, eve: Api) -> None:
    automation_id = (await ana.send("POST", "/automations", RULE)).body["automation_id"]
    webhook = await ana.send("POST", "/webhooks", {"url": house.hook_url, "events": ["task_created"]})
    for method in ("GET", "DELETE"):
        answer = await eve.send(method, f"/automations/{automation_id}")
        assert (answer.status, answer.code) == (404, "automation_not_found")
    body = {**RULE, "action": {"type": "call_webhook", "webhook": webhook.body["webhook_id"]}}
    answer = await eve.send("POST", "/automations", body)
    assert (answer.status, answer.code) == (404, "webhook_not_found")
    await rule(eve, TAGGED, type="create_task", title="theirs")
    talk = await house.say("hi")
    assert await house.tag(eve, talk, "urgent") == 404
    await house.tag(ana, talk, "urgent")
    assert (await ana.titles(), await eve.titles()) == (["High Priority Support"], [])


async def test_an_ended_rule_acts_no_more(house: House, ana: Api) -> None:
    automation_id = (await ana.send("POST", "/automations", RULE)).body["automation_id"]
    first, second = await house.say("hi"), await house.say("hi", "kim")
    await house.tag(ana, first, "urgent")
    answer = await ana.send("DELETE", f"/automations/{automation_id}")
    assert answer.body == {"deleted": True, "automation_id": automation_id}
    await house.tag(ana, second, "urgent")
    assert len(await ana.titles()) == 1
    assert (await ana.send("GET", f"/automations/{automation_id}")).code == "automation_not_found"


@pytest.mark.parametrize("tag", [None, 7, "", " ", "x" * 101, "a\nb", []])
async def test_what_is_no_tag_is_refused(house: House, ana: Api, tag: object) -> None:
    talk = await house.say("hi")
    assert await house.tag(ana, talk, tag) == 400
    assert await house.tag(ana, "cnv_none", "x") == 404
    assert await house.rows("conversation_tag") == []


async def test_a_rule_tells_a_user(house: House, ana: Api, jane: Api) -> None:
    await rule(ana, ("task_event", "task_completed"), type="notify", user="jane", text="Something is done.")
    task_id = await ana.made()
    await ana.complete(task_id)
    await house.settle()
    [told] = (await jane.send("GET", "/tasks/notifications/inbox")).body["notifications"]
    assert (told["event"], told["message"], told["task_id"]) == ("automation", "Something is done.", task_id)


async def test_a_rule_calls_a_webhook_also_one_that_is_told_of_the_event_itself(house: House, ana: Api) -> None:
    webhook = await ana.send("POST", "/webhooks", {"url": house.hook_url, "events": ["task_created"]})
    made = await rule(ana, ("task_event", "task_created"), type="call_webhook", webhook=webhook.body["webhook_id"])
    await ana.made()
    await house.settle()
    assert house.receiver.told == ["task_created Call Ana"] * 2
    rules = [body["data"].get("automation_id") for body in house.receiver.bodies]
    assert sorted(rules, key=str) == [None, made.body["automation_id"]]


async def test_a_rule_runs_a_script_in_the_talk(house: House, ana: Api) -> None:
    (house.folder / "bots" / "support" / "calm.bas").write_text(
        'PARAM tag, automation, other\nTALK "${automation}: ${tag}, ${other ?? "nothing"}"\n'
    )
    await house.close()
    await house.open()
    ana = await house.person("ana")
    await rule(ana, TAGGED, type="run_script", bot="support", script="calm.bas")
    talk = await house.say("hi")
    await house.tag(ana, talk, "urgent")
    said = [each.text for each in await house.services.engine.messages(talk) if each.direction == "out"]
    assert said == ["Hello.", "Rule: urgent, nothing"]


async def test_a_rule_hears_words_in_messages(house: House, ana: Api) -> None:
    await rule(ana, ("message_text", "talk to  a Human"), type="create_task", title="Take over")
    await house.settle()
    await house.say("Please let me TALK to a\nhuman!")
    await house.say("no thanks")
    assert await ana.titles() == ["Take over"]
    await house.say("talk to a human", "kim")
    assert len(await ana.titles()) == 2
    heard = [row["changes"]["text"][1] for row in await house.rows("event") if row["kind"] == "message_heard"]
    assert heard == ["Please let me TALK to a\nhuman!", "talk to a human"]


async def test_a_rule_hears_no_secret(house: House, ana: Api) -> None:
    (house.folder / "bots" / "support" / "start.bas").write_text('HEAR x AS PASSWORD WITH "Which?"\nHEAR y\n')
    await house.close()
    await house.open()
    ana = await house.person("ana")
    await rule(ana, ("message_text", "sesame"), type="create_task", title="heard")
    await house.settle()
    await house.say("hi")
    await house.say("open sesame 1")
    assert await ana.titles() == []
    assert "sesame" not in str([row["changes"] for row in await house.rows("event")])
    await house.say("sesame")
    assert await ana.titles() == ["heard"]


async def test_rules_that_cause_each_other_come_to_an_end(
    house: House, ana: Api, caplog: pytest.LogCaptureFixture
) -> None:
    await rule(ana, ("task_event", "task_created"), type="create_task", title="again")
    await ana.made()
    await house.settle()
    assert len(await ana.titles()) == 1 + MOST_DEPTH
    assert "too many rules follow from one event" in caplog.text
    assert await house.rows("pending_event") == []


async def test_rules_that_cause_each_other_are_told_of_once_each_in_an_hour(
    house: House, ana: Api, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    def told() -> int:
        return caplog.text.count("too many rules follow from one event")

    for title in ("one", "two"):
        await rule(ana, ("task_event", "task_created"), type="create_task", title=title)
    await ana.made()
    await house.settle()
    assert len(await house.rows("task")) > 2 * MOST_DEPTH
    assert told() == 2
    await ana.made()
    await house.settle()
    assert told() == 2
    clock.advance(AGAIN_AFTER)
    await ana.made()
    await house.settle()
    assert told() == 4


async def test_rules_and_scripts_that_cause_each_other_come_to_an_end(house: House, ana: Api) -> None:
    (house.folder / "bots" / "support" / "more.bas").write_text('x = CREATE TASK "by script"\n')
    await house.close()
    await house.open()
    ana = await house.person("ana")
    await rule(ana, ("task_event", "task_created"), type="run_script", bot="support", script="more.bas")
    await ana.made()
    await house.settle()
    assert len(await house.rows("task")) == 1 + MOST_DEPTH
    assert await house.rows("pending_event") == []


async def test_a_rule_that_cannot_act_keeps_nothing_else_from_being_done(
    house: House, ana: Api, jane: Api, caplog: pytest.LogCaptureFixture
) -> None:
    script = house.folder / "bots" / "support" / "gone.bas"
    script.write_text('TALK "x"\n')
    await rule(ana, ("task_event", "task_assigned"), type="run_script", bot="support", script="gone.bas")
    script.unlink()
    await ana.made(assignee="jane")
    await house.settle()
    assert await house.inbox(jane) == [("task_assigned", "Call Ana")]
    assert "could not be carried out" in caplog.text
