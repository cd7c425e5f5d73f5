"""General Bots and BASIC on one store: what one of them makes or changes is there for the other at once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tasktalk.bots.api.services import Services
from tasktalk.bots.dialects import general_bots
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage.writes import Update, WriteSet
from tests.bots.dialects.conftest import Api
from tests.bots.dialects.contract import CheckedClient
from tests.stage import BOT, Stage

NINE_LINES = """\
' Create task from conversation
task_id = CREATE TASK "Follow up with customer", "user456"
SET TASK PRIORITY task_id, "high"
SET TASK DUE DATE task_id, NOW() + 24 * 3600
' Check task status
status = GET TASK STATUS task_id
IF status = "completed" THEN
TALK "Task has been completed"
END IF
"""

WAITING = NINE_LINES.replace("' Check task status\n", "HEAR ready\n")


@pytest.fixture
async def stage(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[Stage]:
    made = Stage(tmp_path, clock)
    yield made
    if made.is_open:
        await made.close()


@pytest.fixture
async def rest(stage: Stage, clock: VirtualClock) -> AsyncIterator[Api]:
    """The interface beside the engine; the stage's script is written before it is used."""
    await stage.open()
    accounts = Accounts(stage.database, clock)
    app = web.Application()
    app.add_routes(general_bots.routes(Services(stage.database, clock, stage.engine, stage.bots, accounts)))
    secret, _ = await accounts.create_token(await accounts.create_user("Ana", user_id="user123"), "t")
    async with CheckedClient(TestServer(app)) as client:
        yield Api(client, secret)


async def test_gb_111_to_113_and_115_the_nine_lines_run_as_they_are(stage: Stage, rest: Api) -> None:
    stage.write(NINE_LINES)
    assert await stage.say("hello") == []
    (row,) = (await rest.page()).body["tasks"]
    assert row["task_id"].startswith("tsk_")
    assert row == {
        "task_id": row["task_id"],
        "title": "Follow up with customer",
        "status": "pending",
        "assignee": "user456",
        "priority": "high",
        "due_date": "2024-01-16T10:00:00Z",
        "progress": 0,
    }


async def test_gb_115_it_says_so_only_after_the_task_was_completed_elsewhere(stage: Stage, rest: Api) -> None:
    stage.write(WAITING)
    await stage.say("hello", "bo")
    assert await stage.say("ready?", "bo") == []
    await stage.say("hello", "ana")
    (row, _) = (await rest.page()).body["tasks"]
    assert (await rest.complete(row["task_id"])).status == 200
    assert await stage.say("ready?", "ana") == ["Task has been completed"]


async def test_gb_114_a_script_is_given_the_plain_word(stage: Stage, rest: Api) -> None:
    stage.write('id = CREATE TASK "t"\nHEAR x\nTALK GET TASK STATUS id\nHEAR x\nTALK GET TASK STATUS id\n')
    await stage.say("hello")
    task_id = (await rest.page()).body["tasks"][0]["task_id"]
    await rest.patch(task_id, status="in_progress")
    assert await stage.say("now?") == ["in_progress"]
    await rest.patch(task_id, status="cancelled")
    assert await stage.say("now?") == ["cancelled"]


async def test_gb_116_an_apostrophe_starts_a_comment(stage: Stage, rest: Api) -> None:
    stage.write('\' CREATE TASK "no"\nCREATE TASK "it\'s" \' CREATE TASK "no"\n')
    await stage.say("hello")
    assert await rest.titles() == ["it's"]


REFUSED = [
    ('x = GET TASK STATUS "tsk_none"', "task_not_found"),
    ('SET TASK PRIORITY "tsk_none", "high"', "task_not_found"),
    ('SET TASK PRIORITY id, "whenever"', "invalid_priority"),
    ('SET TASK DUE DATE id, "someday"', "invalid_due_date"),
    ("SET TASK DUE DATE id, NOW() - 60", "invalid_due_date"),
    ('COMPLETE TASK "tsk_none"', "task_not_found"),
    ('CREATE TASK ""', "missing_title"),
]


@pytest.mark.parametrize(("statement", "code"), REFUSED)
async def test_gb_117_a_refusal_can_be_caught_with_its_code_and_line(
    stage: Stage, rest: Api, statement: str, code: str
) -> None:
    stage.write(f'id = CREATE TASK "t"\nTRY\n    {statement}\nCATCH e\n    TALK e.code, " in line ", e.line\nEND TRY\n')
    assert await stage.say("hello") == [f"{code} in line 3"]
    assert await rest.titles() == ["t"]


async def test_gb_117_a_refusal_that_is_not_caught_undoes_the_turn(stage: Stage, rest: Api) -> None:
    stage.write('id = CREATE TASK "t"\nSET TASK PRIORITY id, "whenever"\n')
    await stage.say("hello")
    assert (stage.reports[-1].status, stage.reports[-1].error_code) == ("failed", "invalid_priority")
    assert "start.bas:2" in (stage.reports[-1].error or "")
    assert await rest.titles() == []


async def test_gb_118_a_task_knows_where_it_comes_from(stage: Stage, rest: Api) -> None:
    stage.write('CREATE TASK "t" CONTEXT {"order": 7}\n')
    receipt = await stage.receive("hello", "ana")
    await stage.engine.answer(receipt)
    got = await rest.get((await rest.page()).body["tasks"][0]["task_id"])
    assert got["context"] == {"conversation_id": receipt.conversation_id, "bot_id": BOT, "order": 7}
    assert got["created_by"] == "ana"


async def test_x_01_a_task_of_the_interface_is_there_for_a_script(stage: Stage, rest: Api) -> None:
    task_id = await rest.made(title="From outside")
    stage.write(f'COMPLETE TASK "{task_id}" WITH "done by a bot"\n')
    await stage.say("hello")
    got = await rest.get(task_id)
    assert (got["status"], got["resolution"], got["completed_by"]) == ("completed", "done by a bot", "ana")


async def test_x_20_changes_from_both_ways_are_in_one_list_of_events(stage: Stage, rest: Api) -> None:
    stage.write('id = CREATE TASK "t"\nSET TASK PRIORITY id, "high"\n')
    await stage.say("hello")
    await rest.complete((await rest.page()).body["tasks"][0]["task_id"])
    events = [
        (row["kind"], row["source"], row["actor"], row["changes"].get("priority"))
        for row in await stage.rows("event", subject="task")
    ]
    assert events == [
        ("task_created", "script", "ana", [None, "medium"]),
        ("task_updated", "script", "ana", ["medium", "high"]),
        ("task_completed", "general_bots", "user123", None),
    ]


async def test_a_turn_whose_task_was_changed_meanwhile_is_taken_again(
    stage: Stage, rest: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.write('id = CREATE TASK "t"\nHEAR x\nSET TASK PRIORITY id, "high"\nTALK "set"\n')
    await stage.say("hello")
    task_id = (await rest.page()).body["tasks"][0]["task_id"]
    commit = stage.database.commit
    rivals = [1]

    async def after_a_rival(writes: WriteSet) -> None:
        changes_a_priority = any(isinstance(write, Update) and "priority" in write.values for write in writes.writes)
        if changes_a_priority and rivals:
            assert (await rest.patch(task_id, progress=rivals.pop())).status == 200
        await commit(writes)

    monkeypatch.setattr(stage.database, "commit", after_a_rival)
    assert await stage.say("go") == ["set"]
    got = await rest.get(task_id)
    assert (rivals, got["priority"], got["progress"]) == ([], "high", 1)
    assert [row["kind"] for row in await stage.rows("event", subject="task")].count("task_updated") == 2


async def test_a_scheduled_task_runs_its_bot_until_it_is_completed(stage: Stage, rest: Api) -> None:
    stage.write('TALK "Running ${task.title}"\n')
    task_id = await rest.made(title="Stand-up", bot=BOT, schedule="every hour")
    await stage.pass_time(timedelta(hours=3, minutes=30))
    runs = [row["planned_at"].hour for row in await stage.rows("run", task_id=task_id.removeprefix("tsk_"))]
    assert runs == [11, 12, 13]
    await rest.complete(task_id)
    await stage.pass_time(timedelta(hours=3))
    assert len(await stage.rows("run")) == 3
    assert {row["text"] for row in await stage.rows("message")} == {"Running Stand-up"}


async def test_an_unknown_bot_is_refused_by_the_real_bots(stage: Stage, rest: Api) -> None:
    answer = await rest.create(bot="ghost", schedule="every hour")
    assert (answer.status, answer.code) == (404, "bot_not_found")
