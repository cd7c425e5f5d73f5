"""Bots that run for tasks: steps of workflows that they do, and runs that somebody asks for."""

from datetime import timedelta
from typing import Any

import pytest

from tasktalk.runtime import sessions
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION
from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.tasks import workflow_plan
from tasktalk.runtime.tasks.model import Actor, NewTask
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.tasks.workflow import Workflow
from tasktalk.runtime.tasks.workflows import Workflows
from tasktalk.runtime.work import UnitOfWork
from tests.stage import BOT, ECHO, Stage


def within(stage: Stage) -> Tasks:
    return Tasks(UnitOfWork(stage.database, stage.clock.now()), Actor("ana", DEFAULT_ORGANISATION, "test"))


async def settle(stage: Stage, tasks: Tasks) -> None:
    await tasks.work.commit()
    stage.engine.wake()
    await stage.engine.settle()


async def make(stage: Stage, *steps: dict[str, Any]) -> str:
    tasks = within(stage)
    made = await Workflows(tasks).create(workflow_plan.read("W", steps))
    await settle(stage, tasks)
    return made.id


async def stands(stage: Stage, workflow_id: str) -> Workflow:
    return await Workflows(within(stage)).get(workflow_id)


async def runs(stage: Stage) -> list[tuple[str, str]]:
    return [(row["script"], row["status"]) for row in await stage.rows("run")]


async def kinds(stage: Stage, subject: str) -> list[str]:
    found = sorted(await stage.rows("event", subject=subject), key=lambda row: row["sequence"])
    return [row["kind"] for row in found]


def step(name: str, script: str, *after: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "bot": BOT, "script": script, "depends_on": list(after), **more}


async def test_cz_17_steps_of_a_bot_advance_by_themselves(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write('REMEMBER "first" = task.title\nRETURN "12 boxes"', "pack.bas")
    stage.write("WAIT 2 HOURS\nRETURN", "drive.bas")
    await stage.open()
    workflow_id = await make(stage, step("Drive", "drive.bas", "Pack"), step("Pack", "pack.bas"))
    found = await stands(stage, workflow_id)
    assert [(s.name, s.task.status, s.task.resolution) for s in found.steps] == [
        ("Drive", "in_progress", None),
        ("Pack", "completed", "12 boxes"),
    ]
    assert found.steps[1].task.completed_by == BOT
    await stage.pass_time(timedelta(hours=2))
    assert (await stands(stage, workflow_id)).status == "completed"
    assert await runs(stage) == [("pack.bas", "completed"), ("drive.bas", "completed")]
    assert await kinds(stage, "workflow") == ["workflow_created", "workflow_completed"]


async def test_cz_17_a_bots_step_begins_when_a_person_has_done_theirs(stage: Stage) -> None:
    stage.write("RETURN")
    await stage.open()
    workflow_id = await make(stage, {"name": "Sign"}, {"name": "File", "bot": BOT, "depends_on": ["Sign"]})
    assert await runs(stage) == []
    tasks = within(stage)
    await tasks.complete((await stands(stage, workflow_id)).steps[0].task.id)
    await settle(stage, tasks)
    assert await runs(stage) == [("start.bas", "completed")]
    assert (await stands(stage, workflow_id)).status == "completed"


async def test_cz_20_21_a_run_that_fails_is_tried_again_and_the_attempts_are_counted(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write(
        'n = GET BOT MEMORY "n"\nSET BOT MEMORY "n", n + 1\nWAIT 1 HOUR\nIF n < 2 THEN THROW "no answer"\nRETURN',
        "pay.bas",
    )
    await stage.open()
    workflow_id = await make(stage, step("Pay", "pay.bas", retries=2))
    await stage.pass_time(timedelta(hours=1))
    assert (await stands(stage, workflow_id)).steps[0].attempt == 2
    await stage.reopen()
    await stage.pass_time(timedelta(hours=2))
    found = await stands(stage, workflow_id)
    assert (found.status, found.steps[0].attempt) == ("completed", 3)
    assert await runs(stage) == [("pay.bas", "failed"), ("pay.bas", "failed"), ("pay.bas", "completed")]


async def test_cz_20_after_the_last_attempt_the_error_step_runs(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write('THROW "no answer"', "pay.bas")
    stage.write("RETURN", "tell.bas")
    await stage.open()
    workflow_id = await make(stage, step("Pay", "pay.bas", retries=1, on_error="Tell"), step("Tell", "tell.bas"))
    found = await stands(stage, workflow_id)
    assert (found.status, found.progress, found.steps[0].task.resolution) == ("completed", 100, "no answer")
    assert await runs(stage) == [("pay.bas", "failed"), ("pay.bas", "failed"), ("tell.bas", "completed")]
    assert await kinds(stage, "workflow") == ["workflow_created", "workflow_completed"]


@pytest.mark.parametrize("script", ["gone.bas", "broken.bas"])
async def test_a_script_that_cannot_run_fails_its_step(stage: Stage, script: str) -> None:
    stage.write(ECHO)
    stage.write("IF 1 THEN", "broken.bas")
    await stage.open()
    workflow_id = await make(stage, step("Pay", script))
    assert (await stands(stage, workflow_id)).status == "failed"
    assert await runs(stage) == [(script, "failed")]


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ('SET TASK STATUS task, "needs_help"', "needs_help"),
        ("FAIL TASK task", "failed"),
        ("CANCEL TASK task", "cancelled"),
        ("COMPLETE TASK task", "completed"),
    ],
)
async def test_what_a_script_makes_of_its_step_stays(stage: Stage, source: str, status: str) -> None:
    stage.write(ECHO)
    stage.write(source, "do.bas")
    await stage.open()
    workflow_id = await make(stage, step("Do", "do.bas"))
    assert (await stands(stage, workflow_id)).steps[0].task.status == status
    assert await runs(stage) == [("do.bas", "completed")]


async def test_a_script_that_fails_its_own_step_is_run_again(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write('n = GET BOT MEMORY "n"\nSET BOT MEMORY "n", n + 1\nIF n < 1 THEN FAIL TASK task', "do.bas")
    await stage.open()
    workflow_id = await make(stage, step("Do", "do.bas", retries=3))
    found = await stands(stage, workflow_id)
    assert (found.status, found.steps[0].attempt) == ("completed", 2)
    assert await runs(stage) == [("do.bas", "completed"), ("do.bas", "completed")]


async def test_a_step_that_a_person_ends_meanwhile_stays_as_they_left_it(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write("WAIT 1 HOUR", "do.bas")
    await stage.open()
    workflow_id = await make(stage, step("Do", "do.bas"))
    tasks = within(stage)
    await tasks.end((await stands(stage, workflow_id)).steps[0].task.id, "cancelled", "no need")
    await settle(stage, tasks)
    await stage.pass_time(timedelta(hours=1))
    task = (await stands(stage, workflow_id)).steps[0].task
    assert (task.status, task.resolution) == ("cancelled", "no need")


async def test_a_step_whose_session_is_ended_has_failed(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write("WAIT 1 HOUR", "do.bas")
    await stage.open()
    workflow_id = await make(stage, step("Do", "do.bas"))
    [session] = await stage.rows("session")
    await sessions.end(stage.database, stage.clock.now(), session["id"], "boss", "it hangs")
    task = (await stands(stage, workflow_id)).steps[0].task
    assert (task.status, task.resolution, task.updated_at) == ("failed", "it hangs", stage.clock.now())


async def test_a_step_whose_session_begins_anew_ends_with_the_new_run(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write("WAIT 1 HOUR", "do.bas")
    await stage.open()
    workflow_id = await make(stage, step("Do", "do.bas"))
    [session] = await stage.rows("session")
    await sessions.restart(stage.database, stage.clock.now(), session["id"], "boss", None)
    stage.engine.look_again()
    await stage.engine.settle()
    assert (await stands(stage, workflow_id)).status == "in_progress"
    await stage.pass_time(timedelta(hours=1))
    assert (await stands(stage, workflow_id)).status == "completed"


async def test_a_step_in_whose_talk_nobody_answers_has_failed(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open(conduct=Conduct(session_expires_after=timedelta(hours=3)))
    workflow_id = await make(stage, {"name": "Ask", "bot": BOT})
    await stage.pass_time(timedelta(hours=3))
    task = (await stands(stage, workflow_id)).steps[0].task
    assert (task.status, task.resolution) == ("failed", "nobody answered for too long")


async def test_a_chain_of_bots_steps_may_be_long(stage: Stage) -> None:
    stage.write("RETURN")
    await stage.open()
    names = [f"s{n}" for n in range(30)]
    steps = [{"name": name, "bot": BOT, "depends_on": names[n - 1 : n] if n else []} for n, name in enumerate(names)]
    assert (await stands(stage, await make(stage, *steps))).status == "completed"


@pytest.mark.parametrize(
    "source",
    [
        'CREATE WORKFLOW "Again"\n  STEP "x" RUN "start.bas"\nEND WORKFLOW',
        'IF task IS NULL THEN task = CREATE TASK("Again")\nRUN TASK task',
    ],
    ids=["workflows that make workflows", "runs that ask for themselves"],
)
async def test_what_begins_itself_again_comes_to_an_end(
    stage: Stage, caplog: pytest.LogCaptureFixture, source: str
) -> None:
    stage.write(source)
    await stage.open()
    await stage.say("go")
    await stage.engine.settle()
    assert 3 < len(await runs(stage)) <= 10
    assert "too many runs of tasks follow from one another" in caplog.text
    caplog.clear()


async def test_a_run_that_is_asked_for_leaves_its_task_to_the_script(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write('REMEMBER "seen" = task.title', "look.bas")
    await stage.open()
    tasks = within(stage)
    task = await tasks.create(NewTask(title="Look"))
    await tasks.run(task.id, BOT, "look.bas")
    await settle(stage, tasks)
    assert await runs(stage) == [("look.bas", "completed")]
    assert (await within(stage).get(task.id)).status == "pending"


@pytest.mark.parametrize("way", ["complete", "cancel", "fail", "delete"])
async def test_whoever_ends_a_task_wakes_the_script_that_waits_for_it(stage: Stage, way: str) -> None:
    stage.write('id = CREATE TASK "Sign"\nTALK id\nTRY\n  TALK WAIT FOR TASK id\nCATCH e\n  TALK e.code\nEND TRY')
    await stage.open()
    [task_id] = await stage.say("hi")
    tasks = within(stage)
    match way:
        case "complete":
            await tasks.complete(task_id)
        case "delete":
            await tasks.delete(task_id)
        case _:
            await tasks.end(task_id, "cancelled" if way == "cancel" else "failed")
    await settle(stage, tasks)
    said = {"complete": "completed", "cancel": "cancelled", "fail": "cancelled", "delete": "task_not_found"}[way]
    [conversation] = await stage.rows("conversation")
    assert (await stage.transcript(conversation["id"]))[-1] == said


async def test_who_waits_for_a_step_waits_until_it_has_failed_for_good(stage: Stage) -> None:
    stage.write(
        'wf = CREATE WORKFLOW "W"\n  STEP "Sign" RETRIES 1\nEND WORKFLOW\n'
        "stands = GET WORKFLOW STATUS wf\nTALK stands.task_id\nTALK WAIT FOR TASK stands.task_id"
    )
    await stage.open()
    [task_id] = await stage.say("hi")
    [conversation] = await stage.rows("conversation")
    for said in (task_id, "cancelled"):
        tasks = within(stage)
        await tasks.end(task_id, "failed")
        await settle(stage, tasks)
        assert (await stage.transcript(conversation["id"]))[-1] == said


@pytest.mark.parametrize("waits", ["HEAR what", "WAIT 1 DAY", ""])
async def test_a_workflow_is_closed_before_the_script_waits_or_ends(stage: Stage, waits: str) -> None:
    stage.write(f'IF TRUE THEN CREATE WORKFLOW "Move"\nSTEP "Pack"\n{waits}\nIF FALSE THEN END WORKFLOW')
    await stage.open()
    [apology] = await stage.say("hi")
    [report] = stage.reports
    assert report.error_code == "unclosed-workflow"
    assert 'the workflow "Move" has no END WORKFLOW' in (report.error or "")
    assert (report.reference or "?") in apology
    assert [await stage.rows(table) for table in ("task", "workflow")] == [[], []]
