"""ChatBotKit: what runs for a task, on the real engine (CBK-13, CBK-38 to CBK-52, CBK-72 to CBK-98)."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestServer

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects.chatbotkit import subscribing
from tasktalk.bots.dialects.served import DIALECTS
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.scheduler import Scheduler
from tasktalk.storage.writes import WriteSet
from tests.bots.dialects.chatbotkit.conftest import DAY, HOUR, MINUTE, Kit, kit_of, ms
from tests.bots.dialects.conftest import Answer
from tests.bots.dialects.contract import CheckedClient
from tests.patience import PATIENCE
from tests.stage import BOT, Stage

CREATED = ms(2025, 6, 1)
REPORT = 'TALK "Report for " + task.title + " " + task.context.customer\nRETURN "done"\n'
SLOW = 'TALK "begins"\nWAIT 20 MINUTES\nTALK "ends"\nRETURN "slow"\n'


@pytest.fixture
async def stage(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[Stage]:
    made = Stage(tmp_path, clock)
    made.write(REPORT)
    made.write(SLOW, bot="slow")
    made.write('BROKEN = 1 / 0\nTALK "never"\n', bot="broken")
    await made.open()
    yield made
    if made.is_open:
        await made.close()


@pytest.fixture
async def kit(stage: Stage, clock: VirtualClock) -> AsyncIterator[Kit]:
    """The interface beside the engine."""
    services = Services(stage.database, clock, stage.engine, stage.bots, Accounts(stage.database, clock))
    app = web.Application()
    for dialect in DIALECTS:
        app.add_routes(dialect.routes(services))
    async with CheckedClient(TestServer(app)) as client:
        yield await kit_of(client, services, "Ana", user_id="user123")


async def trigger(kit: Kit, task_id: str) -> Answer:
    return await kit.send("POST", f"/task/{task_id}/trigger", {})


async def executions(kit: Kit, task_id: str, **query: str) -> list[dict[str, Any]]:
    """Those of a task, eldest first."""
    answer = await kit.send("GET", f"/task/{task_id}/execution/list", params={"order": "asc", **query})
    assert answer.status == 200, answer
    found: list[dict[str, Any]] = answer.body["items"]
    return found


async def outcomes(kit: Kit, task_id: str) -> list[tuple[str, str]]:
    return [(each["status"], each["outcome"]) for each in await executions(kit, task_id)]


async def test_cbk_13_without_a_bot_it_is_noted_that_nothing_ran(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(name="Later", schedule="daily")
    await stage.pass_time(timedelta(days=2))
    found = await kit.fetch(task_id)
    assert (found["status"], found["outcome"]) == ("idle", "failure")
    assert (found["lastRunAt"], found["nextRunAt"]) == (CREATED + 2 * DAY, CREATED + 3 * DAY)
    assert (await trigger(kit, task_id)).status == 200
    await stage.engine.settle()
    assert await outcomes(kit, task_id) == [("idle", "failure")] * 3
    assert {"bot" in each["summary"] for each in await executions(kit, task_id)} == {True}
    assert (await kit.fetch(task_id))["nextRunAt"] == CREATED + 3 * DAY


async def test_cbk_38_a_date_runs_once_and_stops(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId=BOT, schedule="2025-06-02", meta={"customer": "acme"})
    await stage.pass_time(timedelta(days=10))
    assert await outcomes(kit, task_id) == [("idle", "success")]
    found = await kit.fetch(task_id)
    assert (found["status"], found["outcome"], found["nextRunAt"]) == ("idle", "success", None)
    assert found["lastRunAt"] == ms(2025, 6, 2)


async def test_cbk_44_after_a_downtime_there_is_one_run_and_then_the_grid(
    stage: Stage, kit: Kit, clock: VirtualClock
) -> None:
    task_id = await kit.made(botId=BOT, schedule="hourly")
    clock.advance(timedelta(hours=5, minutes=30))  # nobody looks meanwhile
    stage.engine.wake()
    await stage.engine.settle()
    assert await outcomes(kit, task_id) == [("idle", "success")]
    assert (await kit.fetch(task_id))["nextRunAt"] == CREATED + 6 * HOUR


async def test_cbk_45_a_run_that_takes_long_lets_the_next_one_wait(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId="slow", schedule="quarterhourly", sessionDuration=HOUR)
    for _ in range(12):
        await stage.pass_time(timedelta(minutes=15))
        assert [status for status, _ in await outcomes(kit, task_id)].count("running") <= 1
    assert ("idle", "success") in await outcomes(kit, task_id)


async def test_cbk_50_without_a_session_each_run_has_its_own_conversation(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId=BOT, schedule="quarterhourly", sessionDuration=0)
    await stage.pass_time(timedelta(minutes=45))
    found = [each["conversationId"] for each in await executions(kit, task_id)]
    assert len(set(found)) == len(found) == 3


async def test_cbk_51_and_72_a_run_whose_time_is_up_is_ended(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId="slow", sessionDuration=5 * MINUTE)
    await trigger(kit, task_id)
    await stage.engine.settle()
    assert (await kit.fetch(task_id))["status"] == "running"
    assert await kit.names(status="running") == ["Task"]
    await stage.pass_time(timedelta(minutes=5))
    found = await kit.fetch(task_id)
    assert (found["status"], found["outcome"], found["lastRunAt"]) == ("idle", "failure", CREATED + 5 * MINUTE)
    (execution,) = await executions(kit, task_id)
    assert (execution["outcome"], execution["completedAt"]) == ("failure", "2025-06-01T00:05:00.000Z")
    assert execution["summary"] != ""
    assert await stage.transcript(execution["conversationId"]) == ["begins"]
    assert await kit.names(status="running") == []


async def test_cbk_52_within_a_session_the_conversation_is_the_same(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId=BOT, sessionDuration=HOUR)
    for wait in (0, 30, 90):
        await stage.pass_time(timedelta(minutes=wait))
        await trigger(kit, task_id)
        await stage.engine.settle()
    first, second, third = [each["conversationId"] for each in await executions(kit, task_id)]
    assert first == second != third


async def test_cbk_72_a_script_that_fails_is_a_failure(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId="broken")
    await trigger(kit, task_id)
    await stage.engine.settle()
    found = await kit.fetch(task_id)
    assert (found["status"], found["outcome"], found["lastRunAt"]) == ("idle", "failure", CREATED)
    (execution,) = await executions(kit, task_id)
    assert execution["outcome"] == "failure"


async def test_cbk_77_a_run_keeps_what_it_began_with(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId="slow", schedule="hourly", sessionDuration=HOUR)
    await stage.pass_time(timedelta(hours=1))
    found = await kit.updated(task_id, schedule="daily", botId=BOT, sessionDuration=0)
    assert (found["status"], found["nextRunAt"]) == ("running", CREATED + HOUR + DAY)
    await stage.pass_time(timedelta(minutes=20))
    (execution,) = await executions(kit, task_id)
    assert (execution["outcome"], execution["summary"]) == ("success", "slow")
    await stage.pass_time(timedelta(days=1))
    assert [each["summary"] for each in await executions(kit, task_id)] == ["slow", "done"]


async def test_cbk_82_to_83_and_85_what_runs_when_it_is_deleted_comes_to_its_end(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId="slow", schedule="hourly", sessionDuration=HOUR)
    await stage.pass_time(timedelta(hours=1))
    await trigger(kit, task_id)
    assert len(await executions(kit, task_id)) == 2
    assert (await kit.delete(task_id)).status == 200
    assert (await kit.send("GET", f"/task/{task_id}/fetch")).status == 404
    await stage.pass_time(timedelta(days=1))
    first, second = await stage.rows("run")
    assert (first["status"], second["status"]) == ("completed", "cancelled")
    assert await stage.transcript(first["conversation_id"]) == ["begins", "ends"]
    assert stage.bots.is_bot("slow")


async def test_cbk_87_to_89_a_trigger_answers_at_once_and_changes_nothing(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId="slow", schedule="daily", sessionDuration=HOUR)
    text, _ = await kit.text("GET", f"/task/{task_id}/fetch")
    answer = await trigger(kit, task_id)
    assert (answer.status, answer.body) == (200, {"id": task_id})
    assert await outcomes(kit, task_id) in ([("idle", "pending")], [("running", "pending")])
    await stage.pass_time(timedelta(minutes=30))
    before, after = await kit.fetch(task_id), text
    told = {name: before[name] for name in ("schedule", "timezone", "nextRunAt", "updatedAt")}
    assert all(f'"{name}": {value!r}'.replace("'", '"') in after for name, value in told.items())


async def test_cbk_90_the_scheduled_run_comes_as_well(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId=BOT, schedule="hourly")
    await stage.pass_time(timedelta(minutes=30))
    await trigger(kit, task_id)
    await stage.pass_time(timedelta(minutes=30))
    assert [each["createdAt"] - CREATED for each in await executions(kit, task_id)] == [30 * MINUTE, HOUR]


async def test_cbk_91_and_92_it_runs_as_it_does_by_its_schedule(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(name="Ana", botId=BOT, schedule="hourly", meta={"customer": "acme"})
    await trigger(kit, task_id)
    await stage.pass_time(timedelta(hours=1))
    first, second = await executions(kit, task_id)
    said = [await stage.transcript(each["conversationId"]) for each in (first, second)]
    assert said[0][0] == said[1][-1] == "Report for Ana acme"
    assert (first["summary"], second["summary"]) == ("done", "done")


async def test_cbk_93_the_last_run_is_known_when_it_has_ended(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId="slow", sessionDuration=HOUR)
    await trigger(kit, task_id)
    await stage.pass_time(timedelta(minutes=10))
    assert (await kit.fetch(task_id))["lastRunAt"] is None
    await stage.pass_time(timedelta(minutes=10))
    found = await kit.fetch(task_id)
    assert (found["lastRunAt"], found["outcome"]) == (CREATED + 20 * MINUTE, "success")


async def test_cbk_94_over_the_quota_nothing_is_queued(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId=BOT)
    writes = WriteSet()
    writes.update("organisation", {"id": "default"}, {"runs_a_day": 1})
    await stage.database.commit(writes)
    assert (await trigger(kit, task_id)).status == 200
    answer = await trigger(kit, task_id)
    assert (answer.status, answer.body["code"]) == (429, "LIMITS_REACHED")
    assert len(await executions(kit, task_id)) == 1


async def test_cbk_96_a_task_that_never_runs_by_itself_can_be_triggered(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId=BOT, schedule="never")
    await stage.pass_time(timedelta(days=400))
    assert await executions(kit, task_id) == []
    await trigger(kit, task_id)
    await stage.engine.settle()
    assert await outcomes(kit, task_id) == [("idle", "success")]
    assert (await kit.fetch(task_id))["nextRunAt"] is None


async def test_cbk_97_each_trigger_is_a_run_one_after_another(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId="slow", sessionDuration=HOUR)
    for _ in range(3):
        await trigger(kit, task_id)
    await stage.engine.settle()
    assert [status for status, _ in await outcomes(kit, task_id)] == ["running", "idle", "idle"]
    await stage.pass_time(timedelta(hours=1))
    found = await executions(kit, task_id)
    assert [each["outcome"] for each in found] == ["success"] * 3
    ended = [each["updatedAt"] - CREATED for each in found]
    assert ended == [20 * MINUTE, 40 * MINUTE, 60 * MINUTE]


async def test_cbk_98_executions_in_pages_and_as_lines(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId=BOT, schedule="hourly")
    await stage.pass_time(timedelta(hours=3))
    newest = await kit.send("GET", f"/task/{task_id}/execution/list?take=2")
    first, second, third = await executions(kit, task_id)
    assert newest.body["items"] == [third, second]
    answer = await kit.send("GET", f"/task/{task_id}/execution/list?cursor={newest.body['cursor']}")
    assert answer.body == {"items": [first], "cursor": ""}
    assert set(first) >= {"id", "taskId", "conversationId", "status", "outcome", "summary", "createdAt", "updatedAt"}
    assert first["taskId"] == task_id
    text, answer = await kit.text("GET", f"/task/{task_id}/execution/list", headers={"Accept": "application/jsonl"})
    assert (answer.status, text.count("\n")) == (200, 3)


async def test_cbk_98_what_runs_is_cancelled(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId="slow", schedule="daily", sessionDuration=HOUR)
    for _ in range(3):
        await trigger(kit, task_id)
    await stage.engine.settle()
    first, *_ = await executions(kit, task_id)
    answer = await kit.send("POST", f"/task/{task_id}/execution/{first['id']}/cancel", {})
    assert (answer.status, answer.body) == (200, {"id": first["id"], "taskId": task_id})
    await stage.engine.settle()
    assert (await outcomes(kit, task_id))[0] == ("canceled", "failure")
    answer = await kit.send("POST", f"/task/{task_id}/cancel", {})
    assert (answer.status, answer.body) == (200, {"id": task_id})
    await stage.engine.settle()
    assert await outcomes(kit, task_id) == [("canceled", "failure")] * 3
    assert (await kit.fetch(task_id))["nextRunAt"] == CREATED + DAY
    again = await kit.send("POST", f"/task/{task_id}/execution/{first['id']}/cancel")
    assert again.status == 200


async def test_cbk_98_what_is_not_there_is_not_cancelled(kit: Kit) -> None:
    for path in ["trigger", "cancel", "execution/run_none/cancel"]:
        answer = await kit.send("POST", f"/task/task_none/{path}", {})
        assert (answer.status, answer.body["code"]) == (404, "NOT_FOUND")


async def test_cbk_98_an_execution_is_of_its_own_task(stage: Stage, kit: Kit) -> None:
    one, other = await kit.made(botId="slow"), await kit.made(botId="slow")
    await trigger(kit, one)
    (execution,) = await executions(kit, one)
    answer = await kit.send("POST", f"/task/{other}/execution/{execution['id']}/cancel", {})
    assert (answer.status, answer.body["code"]) == (404, "NOT_FOUND")


async def test_cbk_97_many_triggers_at_once_are_all_runs(stage: Stage, kit: Kit) -> None:
    task_id = await kit.made(botId=BOT)
    answers = await asyncio.gather(*(trigger(kit, task_id) for _ in range(8)))
    assert {answer.status for answer in answers} == {200}
    await stage.engine.settle()
    assert await outcomes(kit, task_id) == [("idle", "success")] * 8


async def test_cbk_98_a_subscriber_is_told_what_begins_and_ends(
    stage: Stage, kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribing, "PAUSE_SECONDS", 0.01)
    task_id, broken = await kit.made(botId=BOT), await kit.made(botId="broken")
    for each in (task_id, broken):
        await trigger(kit, each)
    await stage.engine.settle()
    told: list[dict[str, Any]] = []

    async def hear(response: ClientResponse, count: int) -> list[str]:
        """The types of the next lines."""
        lines = [json.loads(await asyncio.wait_for(response.content.readline(), PATIENCE)) for _ in range(count)]
        told.extend(lines)
        return [line["type"] for line in lines]

    headers = {"Authorization": f"Bearer {kit.token}"}
    address = kit.client.make_url(f"/api/v1/task/{task_id}/subscribe")
    async with kit.client.session.post(address, json={"historyLength": 5}, headers=headers) as response:
        assert (response.status, response.content_type) == (200, "application/jsonl")
        assert await hear(response, 2) == ["operationBegin", "operationEnd"]
        await trigger(kit, task_id)
        await stage.engine.settle()
        assert await hear(response, 2) == ["operationBegin", "operationEnd"]
        await kit.delete(task_id)
        assert await asyncio.wait_for(response.content.readline(), PATIENCE) == b""
    assert told[0]["data"]["id"] == told[1]["data"]["id"] != told[2]["data"]["id"] == told[3]["data"]["id"]
    assert told[0]["createdAt"] == CREATED

    told.clear()
    address = kit.client.make_url(f"/api/v1/task/{broken}/subscribe")
    lines = ["operationBegin", "error", "operationEnd"]
    for length in (1, 2, 3, 4, 100):  # more than there are is all of them
        async with kit.client.session.post(address, json={"historyLength": length}, headers=headers) as response:
            wanted = lines[-length:]
            assert await hear(response, len(wanted)) == wanted
    assert {line["data"]["code"] for line in told if line["type"] == "error"} == {"FAILED"}


async def test_cbk_98_what_no_subscriber_can_ask(kit: Kit) -> None:
    for history in [-1, 101, 1.5, "5", True, []]:
        task_id = await kit.made()
        answer = await kit.send("POST", f"/task/{task_id}/subscribe", {"historyLength": history})
        assert (answer.status, answer.body["code"]) == (400, "BAD_REQUEST")
        answer = await kit.send("POST", "/task/task_none/subscribe", {})
        assert (answer.status, answer.body["code"]) == (404, "NOT_FOUND")


async def test_cbk_46_each_due_time_is_one_run_however_many_look(stage: Stage, kit: Kit, clock: VirtualClock) -> None:
    task_id = await kit.made(botId=BOT, schedule="hourly")
    await stage.engine.stop()
    clock.advance(timedelta(hours=1))
    schedulers = [Scheduler(stage.database, clock, stage.bots, lambda _: None) for _ in range(3)]
    async with stage.database.read() as reader:
        due = [await scheduler.due(reader, clock.now()) for scheduler in schedulers]
    assert [len(rows) for rows in due] == [1, 1, 1]
    await asyncio.gather(*(scheduler.fire(rows, clock.now()) for scheduler, rows in zip(schedulers, due, strict=True)))
    assert len(await executions(kit, task_id)) == 1
