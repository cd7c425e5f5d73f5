"""Tasks that are a bot's own: it takes them up by itself, in their order, and so many at a time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.tasks.model import NewTask
from tests.runtime.runs.acts import cancel, change, go_on, make, now_is, statuses, within
from tests.stage import BOT, ECHO, Stage

HOUR = timedelta(hours=1)
SLOW = "WAIT 1 HOUR\nRETURN task.title"


def _own(title: str) -> NewTask:
    return NewTask(title, assignee=BOT)


async def own(stage: Stage, title: str = "Report", **given: Any) -> Any:
    """A task that is the bot's own."""
    return await make(stage, title, **{"bot": None, "assignee": BOT, **given})


async def titles(stage: Stage, status: str) -> Sequence[str]:
    """Of the tasks with this status, in the order in which they were taken up."""
    tasks = {row["id"]: row for row in await stage.rows("task")}
    taken = [tasks[row["task_id"]] for row in await stage.rows("run")]
    return [row["title"] for row in taken if row["status"] == status]


async def test_td_52_a_bot_does_what_is_assigned_to_it(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write('TALK "Doing " + task.title + ", " + task.status\nRETURN "12 boxes"', "task.bas")
    await stage.open()
    task = await own(stage, context={"n": 1})
    found = await now_is(stage, task)
    assert (found.status, found.resolution, found.completed_by, found.progress) == ("completed", "12 boxes", BOT, 100)
    [run] = await stage.rows("run")
    assert (run["cause"], run["script"], run["bot"], run["status"]) == ("pickup", "task.bas", BOT, "completed")
    assert run["result"] == {"value": "12 boxes"}
    assert await stage.transcript(run["conversation_id"]) == ["Doing Report, in_progress"]
    kinds = [row["kind"] for row in await stage.rows("event", subject="task", subject_id=task.id)]
    assert kinds == ["task_created", "task_updated", "task_completed"]


async def test_a_bot_without_a_script_for_tasks_leaves_them_alone(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open()
    task = await own(stage)
    assert (await now_is(stage, task)).status == "pending"
    assert await stage.rows("run") == []
    stage.write("RETURN", "task.bas")
    await stage.pass_time(timedelta(seconds=2))
    assert (await now_is(stage, task)).status == "completed"


async def test_a_task_is_taken_up_when_it_is_assigned_and_when_it_is_opened_again(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write('RETURN "done"', "task.bas")
    await stage.open()
    task = await make(stage, bot=None)
    assert await stage.rows("run") == []
    await change(stage, task, assignee=BOT)
    assert await statuses(stage) == ["completed"]
    await change(stage, task, status="pending")
    assert await statuses(stage) == ["completed"] * 2


async def test_what_is_due_first_is_done_first_then_what_is_urgent_then_what_is_old(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open(conduct=Conduct(tasks_at_once=1))
    day = stage.clock.now() + timedelta(days=1)
    for title, priority, due_at in (
        ("old", "low", None),
        ("urgent", "urgent", None),
        ("older high", "high", None),
        ("younger high", "high", None),
        ("later", "urgent", day + HOUR),
        ("soon, low", "low", day),
        ("soon, high", "high", day),
    ):
        await own(stage, title, priority=priority, due_at=due_at)
    stage.write("RETURN", "task.bas")
    await stage.pass_time(timedelta(seconds=2))
    order = ["soon, high", "soon, low", "later", "urgent", "older high", "younger high", "old"]
    assert await titles(stage, "completed") == order


async def test_a_bot_does_so_many_tasks_at_a_time(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write(SLOW, "task.bas")
    await stage.open(conduct=Conduct(tasks_at_once=2))
    for title in ("a", "b", "c", "d", "e"):
        await own(stage, title)
    for done, doing in (("", "ab"), ("ab", "cd"), ("abcd", "e"), ("abcde", "")):
        assert await titles(stage, "completed") == [*done]
        assert await titles(stage, "in_progress") == [*doing]
        await stage.reopen(conduct=Conduct(tasks_at_once=2))
        await stage.pass_time(HOUR)
    assert await statuses(stage) == ["completed"] * 5


async def test_bots_have_limits_of_their_own(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write(SLOW, "task.bas")
    stage.write(ECHO, bot="other")
    stage.write(SLOW, "task.bas", bot="other")
    await stage.open(conduct=Conduct(tasks_at_once=1))
    for title in ("a", "b"):
        await own(stage, title)
        await own(stage, title, assignee="other")
    found = [row["assignee"] for row in await stage.rows("task", status="in_progress")]
    assert sorted(found) == [BOT, "other"]


async def test_a_task_that_waits_for_another_one_is_taken_up_after_that(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write("RETURN", "task.bas")
    await stage.open(conduct=Conduct(tasks_at_once=1))
    first = await make(stage, "First", bot=None)
    tasks, _ = within(stage)
    second = await tasks.create(_own("Second"))
    await tasks.set_dependencies(second.id, [first.id])
    await tasks.work.commit()
    await go_on(stage)
    third = await own(stage, "Third")
    assert [(await now_is(stage, each)).status for each in (second, third)] == ["pending", "completed"]
    await change(stage, first, status="completed")
    assert (await now_is(stage, second)).status == "completed"


async def test_a_task_fails_with_its_run(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write('THROW "no answer"', "task.bas")
    await stage.open()
    task = await own(stage, retries=1)
    assert (await now_is(stage, task)).status == "in_progress"
    await stage.pass_time(timedelta(seconds=30))
    found = await now_is(stage, task)
    assert (found.status, found.resolution) == ("failed", "no answer")
    [run] = await stage.rows("run")
    assert (run["status"], run["attempt"]) == ("failed", 2)


async def test_a_task_fails_when_its_time_is_up(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write(SLOW, "task.bas")
    await stage.open()
    task = await own(stage, session_ms=60_000)
    await stage.pass_time(timedelta(minutes=1))
    found = await now_is(stage, task)
    assert (found.status, found.resolution) == ("failed", "it was not done when its time was up")


@pytest.mark.parametrize(
    ("script", "status"),
    [
        ('SET TASK STATUS task, "cancelled"', "cancelled"),
        ('FAIL TASK task WITH "no"', "failed"),
        ('SET TASK STATUS task, "waiting"', "waiting"),
        ('COMPLETE TASK task WITH "by hand"\nRETURN "by value"', "completed"),
    ],
)
async def test_what_the_script_says_of_its_task_stands(stage: Stage, script: str, status: str) -> None:
    stage.write(ECHO)
    stage.write(script, "task.bas")
    await stage.open()
    task = await own(stage)
    found = await now_is(stage, task)
    assert (found.status, found.resolution) == (
        status,
        {"completed": "by hand", "failed": "no"}.get(status),
    )
    assert await statuses(stage) == ["completed"]


async def test_what_a_person_says_of_the_task_meanwhile_stands(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write(SLOW, "task.bas")
    await stage.open()
    task = await own(stage)
    await change(stage, task, status="cancelled")
    await stage.pass_time(HOUR)
    assert (await now_is(stage, task)).status == "cancelled"
    assert await statuses(stage) == ["completed"]


async def test_a_task_whose_run_is_cancelled_is_not_taken_up_again(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write(SLOW, "task.bas")
    await stage.open()
    task = await own(stage)
    await cancel(stage, task)
    assert (await now_is(stage, task)).status == "cancelled"
    assert await statuses(stage) == ["cancelled"]


async def test_a_task_that_has_a_schedule_runs_at_its_times_alone(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write("RETURN", "task.bas")
    await stage.open()
    await own(stage, bot=BOT, schedule="every 15 minutes")
    assert await stage.rows("run") == []
    await stage.pass_time(timedelta(minutes=15))
    assert [(row["cause"], row["script"]) for row in await stage.rows("run")] == [("schedule", "task.bas")]


async def test_many_tasks_are_each_done_once(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write("RETURN task.title", "task.bas")
    await stage.open(conduct=Conduct(tasks_at_once=20))
    tasks, _ = within(stage)
    for number in range(60):
        await tasks.create(_own(f"{number}"))
    await tasks.work.commit()
    await go_on(stage)
    found = await stage.rows("run")
    assert sorted(int(row["result"]["value"]) for row in found) == list(range(60))
    assert {row["status"] for row in await stage.rows("task")} == {"completed"}
