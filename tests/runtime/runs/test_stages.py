"""A task goes through the stages of its pipeline by itself, as its bots' runs end, whatever happens meanwhile."""

from datetime import timedelta

import pytest

from tasktalk.runtime.tasks.stages import MOST_MOVES
from tests.runtime.runs.acts import change, delete, within
from tests.runtime.runs.stage_acts import enter, kinds, pipeline, put, stands
from tests.stage import ECHO, Stage

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """With a bot that can be talked to."""
    stage.write(ECHO)
    return stage


async def test_cz_15_17_and_19_each_run_that_ends_well_leads_to_the_next_stage(stage: Stage) -> None:
    stage.write('SET BOT MEMORY "done", (GET BOT MEMORY "done") + task.title\nWAIT 1 MINUTE', "task.bas")
    await stage.open()
    await pipeline(stage, {}, {}, {})
    task = await enter(stage, context={"a": 1})
    for number in (1, 2, 3):
        assert await stands(stage, task) == ("in_progress", number, 1)
        await stage.pass_time(MINUTE)
    assert await stands(stage, task) == ("completed", 3, 1)
    after = await within(stage)[0].get(task.id)
    assert (after.context, after.progress, after.version) == ({"a": 1}, 100, 4)
    assert await kinds(stage) == [
        *("task_created", "task_run_requested"),
        *("task_updated", "task_run_requested") * 2,
        "task_completed",
    ]
    moves = [row["changes"] for row in await stage.rows("event", kind="task_updated")]
    assert moves == [{"stage": [1, 2]}, {"stage": [2, 3]}]
    assert [row["cause"] for row in await stage.rows("run")] == ["step"] * 3


async def test_cz_17_and_19_a_stage_that_no_bot_does_waits_for_somebody(stage: Stage) -> None:
    stage.write("RETURN", "task.bas")
    await stage.open()
    await pipeline(stage, {}, {"bot": None}, {})
    task = await enter(stage)
    assert await stands(stage, task) == ("waiting", 2, 1)
    await put(stage, task, 3, status="in_progress")
    assert await stands(stage, task) == ("completed", 3, 1)


async def test_cz_17_a_pending_task_begins_when_it_becomes_active(stage: Stage) -> None:
    stage.write("RETURN", "task.bas")
    await stage.open()
    await pipeline(stage, {}, {})
    task = await enter(stage, "pending", at=2)
    assert (await stands(stage, task), await stage.rows("run")) == (("pending", 2, 1), [])
    await change(stage, task, status="in_progress")
    assert await stands(stage, task) == ("completed", 2, 1)


async def test_cz_17_complete_task_ends_the_stage_of_the_run(stage: Stage) -> None:
    stage.write("COMPLETE TASK task\nTALK GET TASK STATUS task", "task.bas")
    await stage.open()
    await pipeline(stage, {}, {})
    task = await enter(stage)
    assert await stands(stage, task) == ("completed", 2, 1)
    assert len(await stage.rows("run")) == 2
    assert [row["text"] for row in await stage.rows("message")] == ["in_progress", "completed"]


async def test_cz_17_named_stages_come_instead_of_those_behind(stage: Stage) -> None:
    stage.write("RETURN", "task.bas")
    await stage.open()
    await pipeline(stage, {"next": 3}, {"bot": None}, {"bot": None})
    assert await stands(stage, await enter(stage)) == ("waiting", 3, 1)


async def test_cz_16_tasks_at_different_stages_do_not_touch_each_other(stage: Stage) -> None:
    stage.write("WAIT 1 MINUTE", "task.bas")
    await stage.open()
    await pipeline(stage, {}, {}, {})
    one = await enter(stage)
    await stage.pass_time(MINUTE)
    other = await enter(stage)
    third = await enter(stage, "pending", at=3)
    seen = [await stands(stage, task) for task in (one, other, third)]
    assert seen == [("in_progress", 2, 1), ("in_progress", 1, 1), ("pending", 3, 1)]
    await stage.pass_time(MINUTE)
    seen = [await stands(stage, task) for task in (one, other, third)]
    assert seen == [("in_progress", 3, 1), ("in_progress", 2, 1), ("pending", 3, 1)]


async def test_cz_19_a_script_that_needs_somebody_leaves_the_task_where_it_is(stage: Stage) -> None:
    stage.write('IF task.status = "in_progress" THEN SET TASK STATUS task, "needs_help"', "task.bas")
    await stage.open()
    await pipeline(stage, {}, {})
    task = await enter(stage)
    assert await stands(stage, task) == ("needs_help", 1, 1)
    stage.write("RETURN", "task.bas")
    await stage.reopen()
    await change(stage, task, status="in_progress")
    assert await stands(stage, task) == ("completed", 2, 1)


async def test_cz_19_a_run_that_is_under_way_is_not_asked_for_again(stage: Stage) -> None:
    stage.write('SET TASK STATUS task, "waiting"\nWAIT 1 MINUTE', "task.bas")
    await stage.open()
    await pipeline(stage, {}, {"bot": None})
    task = await enter(stage)
    await change(stage, task, status="in_progress")
    assert len(await stage.rows("run")) == 1
    await stage.pass_time(MINUTE)
    assert await stands(stage, task) == ("waiting", 2, 1)


@pytest.mark.parametrize("script", ['THROW "no answer"', 'FAIL TASK task WITH "no answer"'])
async def test_cz_20_an_error_fails_the_task_at_its_stage(stage: Stage, script: str) -> None:
    stage.write(script, "task.bas")
    await stage.open()
    await pipeline(stage, {}, {})
    task = await enter(stage)
    assert await stands(stage, task) == ("failed", 1, 1)
    assert (await within(stage)[0].get(task.id)).resolution == "no answer"
    stage.write("RETURN", "task.bas")
    await stage.reopen()
    await change(stage, task, status="in_progress")
    assert await stands(stage, task) == ("completed", 2, 1)


async def test_cz_20_an_error_leads_to_the_stage_for_errors_and_from_there_on(stage: Stage) -> None:
    stage.write('WAIT 1 MINUTE\nTHROW "no answer"', "bad.bas")
    stage.write("WAIT 1 MINUTE", "task.bas")
    await stage.open()
    await pipeline(stage, {"script": "bad", "failed_next": 3}, {}, {"next": 2})
    task = await enter(stage)
    for at in (1, 3, 2):
        assert await stands(stage, task) == ("in_progress", at, 1)
        await stage.pass_time(MINUTE)
    assert await stands(stage, task) == ("completed", 2, 1)
    [moved, _] = [row["changes"] for row in await stage.rows("event", kind="task_updated")]
    assert moved == {"stage": [1, 3], "error": [None, "no answer"]}


async def test_cz_20_what_is_there_for_errors_is_not_behind_the_others(stage: Stage) -> None:
    stage.write("RETURN", "task.bas")
    await stage.open()
    await pipeline(stage, {"failed_next": 2}, {}, {"bot": None})
    assert await stands(stage, await enter(stage)) == ("waiting", 3, 1)
    assert await stands(stage, await enter(stage, at=2)) == ("completed", 2, 1)


async def test_cz_20_somebody_outside_who_fails_it_has_the_same_done(stage: Stage) -> None:
    await stage.open()
    await pipeline(stage, {"bot": None, "attempts": 2, "failed_next": 2}, {"bot": None})
    task = await enter(stage)
    for now in (("in_progress", 1, 2), ("waiting", 2, 1), ("failed", 2, 1)):
        await change(stage, task, status="failed")
        assert await stands(stage, task) == now
    await put(stage, task, 1, status="failed")
    assert await stands(stage, task) == ("failed", 1, 1)


async def test_cz_20_and_21_attempts_come_after_pauses_also_across_a_restart(stage: Stage) -> None:
    stage.write(
        'n = GET BOT MEMORY "n"\nSET BOT MEMORY "n", n + 1\nWAIT 1 SECOND\nIF n < 2 THEN THROW "no"', "task.bas"
    )
    await stage.open()
    await pipeline(stage, {"attempts": 3, "pause_seconds": 60})
    task = await enter(stage)
    await stage.pass_time(timedelta(seconds=1))
    for attempt, minutes in ((2, 1), (3, 2)):
        assert await stands(stage, task) == ("waiting", 1, attempt)
        standing = await within(stage)[0].stages.standing(task.id)
        assert standing is not None
        assert standing.again_at == stage.clock.now() + minutes * MINUTE
        await stage.reopen()
        assert await stands(stage, task) == ("waiting", 1, attempt)
        await stage.pass_time(minutes * MINUTE)
        assert await stands(stage, task) == ("in_progress", 1, attempt)
        await stage.pass_time(timedelta(seconds=1))
    assert await stands(stage, task) == ("completed", 1, 3)
    assert [row["cause"] for row in await stage.rows("run")] == ["step", "retry", "retry"]
    told = [row["changes"] for row in await stage.rows("event", kind="task_retried")]
    assert [each["attempt"] for each in told] == [[1, 2], [2, 3]]
    assert [each["error"] for each in told] == [[None, "no"]] * 2


async def test_cz_21_without_a_pause_the_next_attempt_is_at_once(stage: Stage) -> None:
    stage.write('THROW "no"', "task.bas")
    await stage.open()
    await pipeline(stage, {"attempts": 3})
    assert await stands(stage, await enter(stage)) == ("failed", 1, 3)
    assert len(await stage.rows("run")) == 3


@pytest.mark.parametrize("status", ["in_progress", "completed", "cancelled", "pending"])
async def test_cz_21_who_takes_it_up_does_not_wait_for_the_pause(stage: Stage, status: str) -> None:
    await stage.open()
    await pipeline(stage, {"bot": None, "attempts": 2, "pause_seconds": 60})
    task = await enter(stage)
    await change(stage, task, status="failed")
    assert await stands(stage, task) == ("waiting", 1, 2)
    await change(stage, task, status=status)
    seen = await kinds(stage)
    await stage.pass_time(2 * MINUTE)
    assert await stands(stage, task) == (status, 1, 2)
    assert await kinds(stage) == seen


async def test_cz_18_who_moves_the_task_leaves_its_run_behind(stage: Stage) -> None:
    stage.write("WAIT 1 MINUTE", "task.bas")
    await stage.open()
    await pipeline(stage, {}, {"bot": None}, {"bot": None})
    task = await enter(stage)
    await put(stage, task, 2)
    await stage.pass_time(2 * MINUTE)
    assert await stands(stage, task) == ("in_progress", 2, 1)


async def test_a_way_that_turns_back_ends(stage: Stage) -> None:
    stage.write("RETURN", "task.bas")
    await stage.open()
    await pipeline(stage, {"next": 2}, {"next": 1, "attempts": 2, "failed_next": 1})
    task = await enter(stage)
    found = await within(stage)[0].get(task.id)
    assert found.status == "failed"
    assert found.resolution == "it went through 100 steps by itself, which would never end"
    assert len(await stage.rows("run")) == MOST_MOVES + 1


async def test_a_deleted_task_leaves_nothing(stage: Stage) -> None:
    stage.write("WAIT 1 MINUTE", "task.bas")
    await stage.open()
    await pipeline(stage, {}, {})
    await delete(stage, await enter(stage))
    await stage.pass_time(2 * MINUTE)
    assert (await stage.rows("task_stage"), await stage.rows("task_number")) == ([], [])
    assert len(await stage.rows("run")) == 1


async def test_cz_17_a_script_is_told_where_its_task_is(stage: Stage) -> None:
    source = 't = GET TASK task\nTALK "${t.workflow} ${t.step} ${t.step_name} ${t.instructions} ${t.attempt}"'
    stage.write(source, "task.bas")
    await stage.open()
    await pipeline(stage, {"name": "Gather", "instructions": "Ask."}, {"name": "Send"})
    await enter(stage)
    assert sorted(row["text"] for row in await stage.rows("message")) == ["1 1 Gather Ask. 1", "1 2 Send  1"]
