"""Two who look at the same database at once: what both see, one of them does."""

import asyncio
from datetime import timedelta

from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.runs.lines import Lines
from tasktalk.runtime.runs.pickup import Pickup
from tasktalk.runtime.tasks.model import NewTask
from tests.runtime.runs.acts import make, within
from tests.stage import BOT, ECHO, Stage


async def test_a_task_is_taken_up_by_one_of_two(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open()
    tasks, _ = within(stage)
    for number in range(20):
        await tasks.create(NewTask(f"{number}", assignee=BOT))
    await tasks.work.commit()
    await stage.engine.stop()  # nobody else looks from here on
    stage.write("RETURN", "task.bas")
    stage.bots.refresh()
    pair = [Pickup(stage.database, stage.bots, 100) for _ in range(2)]
    while any(await asyncio.gather(*(each.keep(stage.clock.now()) for each in pair))):
        pass
    found = await stage.rows("run")
    assert len(found) == len({row["task_id"] for row in found}) == 20
    assert [row["version"] for row in await stage.rows("task")] == [2] * 20


async def test_a_run_begins_once_and_no_two_of_one_task(stage: Stage) -> None:
    stage.write("RETURN")
    await stage.open()
    made = [await make(stage, f"{number}") for number in range(10)]
    await stage.engine.stop()
    _, runs = within(stage)
    for task in made:
        for _ in range(3):
            await runs.trigger(task.id)
    await runs.work.commit()
    pair = [Lines(stage.database, stage.bots, Conduct()) for _ in range(2)]
    now = stage.clock.now()
    woken = await asyncio.gather(*(each.keep(now) for each in pair))
    placed = [row for row in await stage.rows("run") if row["line"] is not None]
    assert sorted(row["line"] for row in placed) == sorted(task.id for task in made)
    assert sorted(talk for each in woken for talk in each) == sorted(row["conversation_id"] for row in placed)
    assert len(await stage.rows("conversation")) == 10
    late = now + timedelta(minutes=10)
    woken = await asyncio.gather(*(each.keep(late) for each in pair))
    statuses = sorted(row["status"] for row in await stage.rows("run"))
    assert statuses == ["queued"] * 20 + ["timed_out"] * 10
    assert len([row for row in await stage.rows("run") if row["line"] is not None and row["ended_at"] is None]) == 10
