"""Runs that a person asks for, beside those that a task has by itself."""

import itertools
from datetime import timedelta

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.storage import runs as stored
from tasktalk.storage.writes import WriteSet
from tests.runtime.runs.acts import change, delete, go_on, make, now_is, statuses, trigger, within
from tests.stage import BOT, Stage

QUARTER = timedelta(minutes=15)
SLEEPER = 'TALK "Begins with " + task.title\nWAIT 5 MINUTES\nRETURN "done"'


async def schedule_row(stage: Stage) -> dict[str, object]:
    [row] = await stage.rows("schedule")
    return row


async def test_cbk_87_88_a_trigger_returns_the_task_at_once_and_the_run_takes_its_time(stage: Stage) -> None:
    stage.write(SLEEPER)
    await stage.open()
    task = await make(stage)
    _, runs = within(stage)
    run_id = await runs.trigger(f"tsk_{task.id}")
    await runs.work.commit()
    assert (await runs.get(task.id, run_id))["status"] == "queued"
    await go_on(stage)
    assert await statuses(stage) == ["running"]
    await stage.pass_time(timedelta(minutes=5))
    run = await runs.get(task.id, run_id)
    assert (run["status"], run["result"], run["cause"]) == ("completed", {"value": "done"}, "trigger")


async def test_cbk_89_90_a_trigger_leaves_task_and_schedule_as_they_are(stage: Stage) -> None:
    stage.write("RETURN 1")
    await stage.open()
    task = await make(stage, schedule="every 15 minutes")
    schedule = await schedule_row(stage)
    await trigger(stage, task)
    assert await statuses(stage) == ["completed"]
    assert await schedule_row(stage) == schedule
    assert await now_is(stage, task) == task
    await stage.pass_time(QUARTER)
    assert [row["cause"] for row in await stage.rows("run", status="completed")] == ["trigger", "schedule"]


async def test_cbk_91_92_a_triggered_run_has_what_scheduled_ones_have(stage: Stage) -> None:
    stage.write('TALK task.title + " " + task.context.color + " " + task.description')
    await stage.open()
    context = {"color": "red"}
    task = await make(stage, description="now", context=context, session_ms=1_200_000, schedule="every 15 minutes")
    await trigger(stage, task)
    await stage.pass_time(QUARTER)
    first, second = await stage.rows("run")
    assert first["conversation_id"] == second["conversation_id"]
    assert await stage.transcript(first["conversation_id"]) == ["Report red now"] * 2
    assert [row["ends_by"] - row["started_at"] for row in (first, second)] == [timedelta(minutes=20)] * 2


async def test_cbk_92_a_triggered_run_has_the_script_of_the_schedule(stage: Stage) -> None:
    stage.write("RETURN 1")
    stage.write("RETURN 2", "report.bas")
    await stage.open()
    task = await make(stage)
    tasks, _ = within(stage)
    await tasks.set_schedule(task.id, "every 15 minutes", "UTC", BOT, "report.bas")
    await tasks.work.commit()
    await trigger(stage, task)
    await stage.pass_time(QUARTER)
    assert [row["result"] for row in await stage.rows("run")] == [{"value": 2}] * 2


async def test_cbk_93_a_run_counts_as_the_last_one_when_it_has_ended(stage: Stage) -> None:
    stage.write(SLEEPER)
    await stage.open()
    task = await make(stage)
    await trigger(stage, task)
    async with stage.database.read() as reader:
        assert await stored.last_ended(reader, [task.id]) == {}
    await stage.pass_time(timedelta(minutes=5))
    async with stage.database.read() as reader:
        found = await stored.last_ended(reader, [task.id])
    assert found[task.id]["ended_at"] == stage.clock.now()


@pytest.mark.parametrize("used", [0, 2])
async def test_cbk_94_no_more_runs_begin_than_the_organisation_may_have_in_a_day(stage: Stage, used: int) -> None:
    stage.write("RETURN")
    await stage.open()
    task = await make(stage)
    await trigger(stage, task, used)
    writes = WriteSet()
    writes.update("organisation", {"id": "default"}, {"runs_a_day": used})
    await stage.database.commit(writes)
    before = await stage.rows("run"), await stage.rows("event")
    with pytest.raises(Refused, match=f"All {used} runs") as refused:
        await trigger(stage, task)
    assert refused.value.code == "limits_reached"
    assert (await stage.rows("run"), await stage.rows("event")) == before


async def test_cbk_94_what_was_run_a_day_ago_counts_no_more(stage: Stage) -> None:
    stage.write("RETURN")
    await stage.open()
    task = await make(stage)
    writes = WriteSet()
    writes.update("organisation", {"id": "default"}, {"runs_a_day": 1})
    await stage.database.commit(writes)
    await trigger(stage, task)
    with pytest.raises(Refused):
        await trigger(stage, task)
    await stage.pass_time(timedelta(days=1))
    await trigger(stage, task)
    assert await statuses(stage) == ["completed"] * 2


async def test_cbk_94_a_time_of_a_schedule_beyond_the_quota_is_skipped_and_says_why(stage: Stage) -> None:
    stage.write("RETURN")
    await stage.open()
    await make(stage, schedule="every 15 minutes")
    writes = WriteSet()
    writes.update("organisation", {"id": "default"}, {"runs_a_day": 2})
    await stage.database.commit(writes)
    await stage.pass_time(4 * QUARTER)
    found = await stage.rows("run")
    assert [row["status"] for row in found] == ["completed", "completed", "skipped", "skipped"]
    assert {row["reason"] for row in found[2:]} == {"all 2 runs of a day were used up"}


async def test_cbk_95_a_task_that_is_gone_cannot_be_triggered(stage: Stage) -> None:
    stage.write("RETURN")
    await stage.open()
    task = await make(stage)
    await delete(stage, task)
    with pytest.raises(Refused) as refused:
        await trigger(stage, task)
    assert refused.value.code == "task_not_found"
    assert await stage.rows("run") == []


async def test_cbk_96_a_task_without_a_schedule_can_be_triggered(stage: Stage) -> None:
    stage.write("RETURN task.title")
    await stage.open()
    await trigger(stage, await make(stage))
    assert [row["result"] for row in await stage.rows("run")] == [{"value": "Report"}]


async def test_cbk_97_as_many_runs_as_triggers_one_after_another(stage: Stage) -> None:
    stage.write(SLEEPER)
    await stage.open()
    task = await make(stage)
    asked = await trigger(stage, task, 3)
    began = []
    for place in range(3):
        found = await stage.rows("run")
        assert [row["status"] for row in found] == ["completed"] * place + ["running"] + ["queued"] * (2 - place)
        began.append(found[place]["started_at"])
        await stage.pass_time(timedelta(minutes=5))
    found = await stage.rows("run")
    assert [row["id"] for row in found] == asked
    assert [row["status"] for row in found] == ["completed"] * 3
    assert [later - sooner for sooner, later in itertools.pairwise(began)] == [timedelta(minutes=5)] * 2


async def test_cbk_97_the_line_is_kept_when_the_server_stops_and_starts_again(stage: Stage) -> None:
    stage.write(SLEEPER)
    await stage.open()
    task = await make(stage)
    await trigger(stage, task, 2)
    await stage.reopen()
    await stage.pass_time(timedelta(minutes=5))
    assert await statuses(stage) == ["completed", "running"]
    await stage.reopen()
    await stage.pass_time(timedelta(minutes=5))
    assert await statuses(stage) == ["completed"] * 2


async def test_runs_of_two_tasks_go_side_by_side(stage: Stage) -> None:
    stage.write(SLEEPER)
    await stage.open()
    for title in ("One", "Two"):
        await trigger(stage, await make(stage, title))
    assert await statuses(stage) == ["running"] * 2


async def test_cbk_13_a_task_without_a_bot_is_skipped_with_the_reason_and_moves_on(stage: Stage) -> None:
    stage.write("RETURN")
    await stage.open()
    task = await make(stage, bot=None, schedule="every 15 minutes")
    await trigger(stage, task)
    await stage.pass_time(2 * QUARTER)
    found = await stage.rows("run")
    assert [(row["cause"], row["status"]) for row in found] == [
        ("trigger", "skipped"),
        ("schedule", "skipped"),
        ("schedule", "skipped"),
    ]
    assert {row["reason"] for row in found} == {"the task has no bot to run it"}
    assert [row["ended_at"] for row in found] == [row["planned_at"] for row in found]
    assert (await schedule_row(stage))["next_run_at"] == stage.clock.now() + QUARTER
    await change(stage, task, bot=BOT)
    await stage.pass_time(QUARTER)
    assert (await stage.rows("run"))[-1]["status"] == "completed"


async def test_cbk_80_a_bot_that_is_taken_away_runs_no_more(stage: Stage) -> None:
    stage.write("RETURN")
    await stage.open()
    task = await make(stage, schedule="every 15 minutes")
    await change(stage, task, bot=None)
    await stage.pass_time(QUARTER)
    assert await statuses(stage) == ["skipped"]
