"""A task's schedule that is changed together with the task: one change, one event."""

from datetime import timedelta

from tasktalk.runtime.policies import Policy
from tasktalk.runtime.tasks.model import Schedule, Task, Timing
from tests.runtime.runs.acts import go_on, make, within
from tests.stage import BOT, Stage

DAY = timedelta(days=1)


async def retime(stage: Stage, task: Task, timing: Timing, **values: object) -> Schedule:
    """The schedule after a change of it."""
    tasks, _ = within(stage)
    await tasks.update(task.id, values, timing)
    await tasks.work.commit()
    await go_on(stage)
    found = await within(stage)[0].schedule(task)
    assert found is not None
    return found


async def kinds(stage: Stage) -> list[str]:
    return [row["kind"] for row in await stage.rows("event", subject="task")]


async def test_fields_and_times_change_in_one_event(stage: Stage) -> None:
    stage.write("RETURN")
    await stage.open()
    task = await make(stage, schedule="every 15 minutes")
    found = await retime(stage, task, Timing("daily", "UTC"), title="Other")
    assert (found.spec, found.next_run_at) == ("daily", stage.clock.now() + DAY)
    *_, event = await stage.rows("event", subject="task")
    assert event["changes"] == {"title": ["Report", "Other"], "schedule": ["every 15 minutes", "daily"]}
    assert await kinds(stage) == ["task_created", "task_updated"]


async def test_the_same_times_again_are_no_change(stage: Stage) -> None:
    stage.write("RETURN")
    await stage.open()
    task = await make(stage, schedule="daily")
    before = await within(stage)[0].schedule(task)
    await stage.pass_time(timedelta(hours=1))
    assert await retime(stage, task, Timing("daily", "UTC")) == before
    assert await kinds(stage) == ["task_created"]


async def test_a_task_without_a_schedule_gets_one_and_its_bot_follows(stage: Stage) -> None:
    stage.write("RETURN")
    await stage.open()
    task = await make(stage, bot=None)
    await retime(stage, task, Timing("daily", "UTC", "Every Day"), bot=BOT)
    [row] = await stage.rows("schedule")
    assert (row["bot"], row["spec"], row["words"]) == (BOT, "daily", "Every Day")
    assert [row["is_scheduled"] for row in await stage.rows("task")] == [True]


async def test_what_is_paused_stays_so_and_the_policy_holds_on(stage: Stage) -> None:
    stage.write("RETURN")
    await stage.open()
    task = await make(stage)
    tasks, _ = within(stage)
    await tasks.set_schedule(task.id, "daily", "UTC", BOT, policy=Policy(misfire="skip"))
    await tasks.pause(task.id)
    await tasks.work.commit()
    found = await retime(stage, task, Timing("weekly", "UTC"))
    assert (found.spec, found.is_paused, found.policy.misfire) == ("weekly", True, "skip")
    await stage.pass_time(30 * DAY)
    assert await stage.rows("run") == []


async def test_never_is_no_time_at_all(stage: Stage) -> None:
    stage.write("RETURN")
    await stage.open()
    task = await make(stage, schedule="daily")
    found = await retime(stage, task, Timing("never", "UTC"))
    assert found.next_run_at is None
    await stage.pass_time(400 * DAY)
    assert await stage.rows("run") == []
