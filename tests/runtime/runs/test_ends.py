"""How runs end: tried again, cancelled, with their task deleted."""

from datetime import timedelta

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.runtime import sessions
from tasktalk.runtime.runs.ends import pause
from tests.runtime.runs.acts import cancel, delete, go_on, make, now_is, statuses, trigger, within
from tests.stage import Stage

MINUTE = timedelta(minutes=1)
FLAKY = """
n = GET BOT MEMORY "n"
SET BOT MEMORY "n", n + 1
WAIT 1 SECOND
IF n < 2 THEN THROW "no answer"
RETURN n
"""


async def kinds(stage: Stage) -> list[str]:
    found = sorted(await stage.rows("event", subject="run"), key=lambda row: row["sequence"])
    return [row["kind"] for row in found]


async def test_a_run_that_fails_is_tried_again_after_longer_and_longer_pauses(stage: Stage) -> None:
    stage.write(FLAKY)
    await stage.open()
    task = await make(stage, retries=2)
    await trigger(stage, task)
    await stage.pass_time(timedelta(seconds=1))
    [run] = await stage.rows("run")
    assert (run["status"], run["attempt"], run["reason"]) == ("queued", 2, "no answer")
    assert run["begins_at"] == stage.clock.now() + timedelta(seconds=30)
    await stage.reopen()
    await stage.pass_time(timedelta(seconds=31))
    [run] = await stage.rows("run")
    assert (run["status"], run["attempt"]) == ("queued", 3)
    assert run["begins_at"] == stage.clock.now() + timedelta(seconds=60)
    await stage.pass_time(timedelta(seconds=61))
    [run] = await stage.rows("run")
    assert (run["status"], run["attempt"], run["result"]) == ("completed", 3, {"value": 2})
    assert await kinds(stage) == ["run_queued", "run_retried", "run_retried", "run_completed"]


async def test_a_run_that_has_failed_at_its_last_attempt_says_why(stage: Stage) -> None:
    stage.write('THROW "no answer"')
    await stage.open()
    task = await make(stage, retries=1)
    await trigger(stage, task)
    await stage.pass_time(MINUTE)
    [run] = await stage.rows("run")
    assert (run["status"], run["attempt"], run["reason"]) == ("failed", 2, "no answer")
    assert (run["error"]["message"], run["error"]["line"]) == ("no answer", 1)
    assert run["ended_at"] is not None


async def test_who_stands_behind_a_run_that_is_tried_again_waits_for_it(stage: Stage) -> None:
    stage.write(FLAKY)
    await stage.open()
    task = await make(stage, retries=2)
    await trigger(stage, task, 2)
    await stage.pass_time(timedelta(seconds=20))
    assert await statuses(stage) == ["queued", "queued"]
    await stage.pass_time(2 * MINUTE)
    first, second = await stage.rows("run")
    assert (first["attempt"], second["attempt"]) == (3, 1)
    assert first["ended_at"] <= second["started_at"]
    assert first["conversation_id"] == second["conversation_id"]


def test_pauses_double_up_to_an_hour() -> None:
    assert [pause(attempt).total_seconds() for attempt in (1, 2, 3, 7, 8, 100)] == [30, 60, 120, 1920, 3600, 3600]


async def test_a_script_that_is_gone_fails_the_run_and_says_so(stage: Stage) -> None:
    stage.write("RETURN")
    stage.write("RETURN", bot="other")
    await stage.open()
    task = await make(stage, bot="other")
    (stage.folder / "bots" / "other" / "start.bas").unlink()
    stage.bots.refresh()
    await trigger(stage, task)
    [run] = await stage.rows("run")
    assert (run["status"], run["error"]["code"]) == ("failed", "unknown-bot")


@pytest.mark.parametrize("waits", ["WAIT 1 HOUR", "HEAR word"])
async def test_cbk_98_a_run_that_is_cancelled_is_over_and_the_next_one_begins(stage: Stage, waits: str) -> None:
    stage.write(waits)
    await stage.open()
    task = await make(stage)
    first, second = await trigger(stage, task, 2)
    await cancel(stage, task, first)
    found = await stage.rows("run")
    assert [row["status"] for row in found] == ["cancelled", "running"]
    assert found[0]["reason"] == "it was cancelled by ana"
    assert [row["status"] for row in await stage.rows("session")] == ["ended", "waiting"]
    await cancel(stage, task, first)  # which is over, and stays so
    assert await statuses(stage) == ["cancelled", "running"]
    await cancel(stage, task, second)
    assert await stage.rows("timer") == []


async def test_cbk_98_all_runs_of_a_task_are_cancelled_at_once(stage: Stage) -> None:
    stage.write("WAIT 1 HOUR")
    await stage.open()
    task, other = await make(stage), await make(stage, "Other")
    await trigger(stage, task, 3)
    await trigger(stage, other)
    await cancel(stage, task)
    assert await statuses(stage) == ["cancelled"] * 3 + ["running"]


async def test_the_run_of_another_task_is_not_found(stage: Stage) -> None:
    stage.write("WAIT 1 HOUR")
    await stage.open()
    task, other = await make(stage), await make(stage, "Other")
    [run_id] = await trigger(stage, other)
    with pytest.raises(Refused) as refused:
        await cancel(stage, task, run_id)
    assert refused.value.code == "run_not_found"
    assert await statuses(stage) == ["running"]


async def test_cbk_82_runs_that_wait_are_cancelled_with_their_task(stage: Stage) -> None:
    stage.write("WAIT 1 HOUR")
    await stage.open()
    task = await make(stage, schedule="every 15 minutes")
    await trigger(stage, task, 3)
    await delete(stage, task)
    assert await statuses(stage) == ["running", "cancelled", "cancelled"]
    await stage.pass_time(MINUTE * 59)
    assert len(await stage.rows("run")) == 3


async def test_cbk_83_84_a_run_in_progress_ends_in_its_own_time_with_the_task_as_it_was(stage: Stage) -> None:
    stage.write(
        'TALK "Begins"\nWAIT 5 MINUTES\nTALK task.title + " " + task.context.n + " " + GET TASK STATUS task\n'
        'SET TASK PRIORITY task, "low"\nSET TASK STATUS task, "in_progress"\nCOMPLETE TASK task WITH "done"\n'
        "RETURN task.due_at"
    )
    await stage.open()
    due_at = stage.clock.now() + timedelta(days=1)
    task = await make(stage, context={"n": 7}, due_at=due_at)
    [run_id] = await trigger(stage, task)
    await delete(stage, task)
    with pytest.raises(Refused) as refused:
        await now_is(stage, task)
    assert refused.value.code == "task_not_found"
    await stage.reopen()
    await stage.pass_time(5 * MINUTE)
    [run] = await stage.rows("run", id=run_id)
    assert (run["status"], run["error"]) == ("completed", None)
    assert run["result"] == {"value": due_at.isoformat()}
    assert await stage.transcript(run["conversation_id"]) == ["Begins", "Report 7 pending"]
    assert await stage.rows("task") == []


async def test_cbk_85_bot_and_conversations_outlive_the_task(stage: Stage) -> None:
    stage.write('TALK "Done"')
    await stage.open()
    task = await make(stage)
    await trigger(stage, task)
    [run] = await stage.rows("run")
    await delete(stage, task)
    assert await stage.transcript(run["conversation_id"]) == ["Done"]
    assert stage.bots.names() == ["helper"]


async def test_cbk_86_a_task_is_deleted_once(stage: Stage) -> None:
    stage.write("RETURN")
    await stage.open()
    task = await make(stage)
    await delete(stage, task)
    with pytest.raises(Refused) as refused:
        await delete(stage, task)
    assert refused.value.code == "task_not_found"


async def test_a_session_that_begins_anew_keeps_the_place_of_its_run(stage: Stage) -> None:
    stage.write("WAIT 1 MINUTE\nRETURN")
    await stage.open()
    task = await make(stage)
    await trigger(stage, task, 2)
    [session] = await stage.rows("session")
    await sessions.restart(stage.database, stage.clock.now(), session["id"], "ana")
    stage.engine.look_again()
    await go_on(stage)
    found = await stage.rows("run")
    assert [row["status"] for row in found] == ["failed", "queued", "running"]
    await stage.pass_time(2 * MINUTE)
    assert await statuses(stage) == ["failed", "completed", "completed"]


async def test_what_a_run_said_and_how_it_ended_can_be_read(stage: Stage) -> None:
    stage.write('TALK "One"\nWAIT 1 MINUTE\nTALK "Two"\nRETURN 3')
    await stage.open()
    task = await make(stage)
    first, second = await trigger(stage, task, 2)
    await stage.pass_time(2 * MINUTE)
    _, runs = within(stage)
    assert [row["id"] for row in await runs.page(task.id, 10)] == [second, first]
    assert [row["id"] for row in await runs.page(task.id, 10, second)] == [first]
    assert [row["id"] for row in await runs.page(task.id, 1, order="asc")] == [first]
    assert (await runs.get(task.id, first))["result"] == {"value": 3}
    assert [row["text"] for row in await runs.messages(task.id, first)] == ["One", "Two"]
