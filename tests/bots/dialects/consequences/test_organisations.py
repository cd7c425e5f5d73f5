"""What bots do for an organisation stays in it: they hear of nothing else, and act nowhere else."""

from typing import Any

from tests.bots.dialects.conftest import Api
from tests.bots.dialects.consequences.conftest import House

_SEER = """
ON TASK COMPLETED
  CREATE TASK "seen ${task.title}" DESCRIPTION task.description
END ON
ON TASK DELETED
  CREATE TASK "gone ${task.title}"
END ON
HEAR x
"""
_SPY = """
ADD TASK COMMENT task, "At work"
SET BOT MEMORY "count", (GET BOT MEMORY "count" ?? 0) + 1
CREATE TASK "made ${GET BOT MEMORY "count"}"
COMPLETE TASK task WITH "Done by the spy"
"""


async def served(house: House, **bots: dict[str, str]) -> tuple[Api, Api]:
    """Ana, and Eve of another organisation, where there are these bots with their scripts."""
    for bot, scripts in bots.items():
        (house.folder / "bots" / bot).mkdir(exist_ok=True)
        for name, source in scripts.items():
            (house.folder / "bots" / bot / f"{name}.bas").write_text(source)
    await house.close()
    await house.open()
    return await house.person("ana"), await house.person("eve", "other")


async def make(house: House, api: Api, **fields: Any) -> str:
    """The id of a task that somebody makes."""
    answer = await api.send("POST", "/tasks", json=fields)
    assert answer.status == 201, answer
    await house.settle()
    return str(answer.body["task_id"])


async def titles(api: Api) -> list[str]:
    """Those of all tasks that somebody sees."""
    return sorted(row["title"] for row in (await api.send("GET", "/tasks", params={"limit": "100"})).body["tasks"])


async def test_handlers_hear_nothing_of_tasks_of_another_organisation(house: House) -> None:
    ana, eve = await served(house, support={"start": _SEER})
    for api, title in ((eve, "payroll"), (ana, "paint")):
        task_id = await make(house, api, title=title, description="secret")
        await api.send("POST", f"/tasks/{task_id}/complete", json={})
        gone = await make(house, api, title=f"old {title}")
        await api.send("DELETE", f"/tasks/{gone}")
        await house.settle()
    assert await titles(ana) == ["gone old paint", "paint", "seen paint"]
    assert await titles(eve) == ["payroll"]


async def test_a_handler_acts_for_the_organisation_that_gave_its_bot_a_task(house: House) -> None:
    ana, eve = await served(house, support={"start": _SEER}, other={"start": _SEER})
    task_id = await make(house, eve, title="payroll", assignee="support")
    await eve.send("POST", f"/tasks/{task_id}/complete", json={})
    await house.settle()
    assert await titles(eve) == ["payroll", "seen payroll"]
    assert await titles(ana) == []
    assert {(row["channel"], row["organisation_id"]) for row in await house.rows("conversation")} == {("task", "other")}


async def test_a_bot_finds_the_task_that_another_organisation_gives_it_and_acts_there(house: House) -> None:
    ana, eve = await served(house, spy={"start": "HEAR x", "task": _SPY})
    for api, title in ((ana, "one"), (eve, "two"), (eve, "three")):
        task_id = await make(house, api, title=title, assignee="spy")
        got = await api.send("GET", f"/tasks/{task_id}")
        assert (got.body["status"], got.body["resolution"]) == ("completed", "Done by the spy")
        comments = await api.send("GET", f"/tasks/{task_id}/comments")
        assert [comment["text"] for comment in comments.body["comments"]] == ["At work"]
    assert await titles(ana) == ["made 1", "one"]
    assert await titles(eve) == ["made 1", "made 2", "three", "two"]


async def test_a_bot_cannot_speak_to_contacts_while_it_acts_for_another_organisation(house: House) -> None:
    speak = 'TRY\n  TALK TO "bo", "psst"\nCATCH e\n  COMPLETE TASK task WITH e.code\nEND TRY\n'
    _, eve = await served(house, support={"start": "HEAR x", "task": speak})
    talk = await house.say("Hello")
    task_id = await make(house, eve, title="tell", assignee="support")
    assert (await eve.send("GET", f"/tasks/{task_id}")).body["resolution"] == "unknown-contact"
    assert [message.text for message in await house.services.engine.messages(talk)] == ["Hello"]


async def test_the_script_of_a_rule_acts_for_the_organisation_whose_rule_it_is(house: House) -> None:
    ana, eve = await served(house, support={"start": "HEAR x", "note": 'CREATE TASK "noted"'})
    rule = {"name": "Note", "trigger": {"type": "task_event", "value": "task_completed"}}
    action = {"type": "run_script", "bot": "support", "script": "note"}
    assert (await eve.send("POST", "/tasks/automations", json={**rule, "action": action})).status == 201
    task_id = await make(house, eve, title="payroll")
    await eve.send("POST", f"/tasks/{task_id}/complete", json={})
    await house.settle()
    assert await titles(eve) == ["noted", "payroll"]
    assert await titles(ana) == []


async def test_rules_hear_no_messages_to_runs_of_another_organisation(house: House) -> None:
    ana, eve = await served(house, support={"task": "HEAR x\nCOMPLETE TASK task WITH x\n"})
    rule = {"name": "Help", "trigger": {"type": "message_text", "value": "help"}}
    for api in (ana, eve):
        action = {"type": "create_task", "title": "Somebody needs help"}
        assert (await api.send("POST", "/tasks/automations", json={**rule, "action": action})).status == 201
    await house.settle()
    task_id = await make(house, eve, title="ask", assignee="support")
    path, headers = f"/bytebot-live/tasks/{task_id}/messages", {"Authorization": f"Bearer {eve.token}"}
    async with house.client.post(path, json={"message": "Help me"}, headers=headers) as response:
        assert response.status == 201, await response.text()
    await house.settle()
    assert await titles(eve) == ["Somebody needs help", "ask"]
    assert await titles(ana) == []


async def test_the_talk_of_a_run_belongs_to_the_organisation_of_its_task(house: House) -> None:
    ana, eve = await served(house, support={"start": "HEAR x", "task": "HEAR x\nCOMPLETE TASK task WITH x\n"})
    await make(house, eve, title="ask", assignee="support")
    eve.base = ana.base = "/api/v1"
    assert (await ana.send("GET", "/sessions")).body == {"sessions": []}
    [session] = (await eve.send("GET", "/sessions")).body["sessions"]
    talk = session["conversation_id"]
    for api, status in ((ana, 404), (eve, 200)):
        assert (await api.send("GET", f"/conversations/{talk}/tags")).status == status
        assert (await api.send("POST", f"/conversations/{talk}/tags", {"tag": "slow"})).status == status
        assert (await api.send("DELETE", f"/conversations/{talk}/tags/slow")).status == status
        assert (await api.send("POST", f"/conversations/{talk}/give-back")).status == status
        assert (await api.send("POST", f"/sessions/{session['id']}/end", {"reason": "too slow"})).status == status
        await house.settle()
    [run] = await house.rows("run")
    assert (run["status"], run["reason"]) == ("failed", "too slow")
