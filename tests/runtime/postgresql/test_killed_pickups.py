"""Three processes let a bot take up its tasks and are killed at random: each task is run, exactly once."""

from collections import Counter
from pathlib import Path

import pytest

from tasktalk.runtime.tasks.model import NewTask
from tests.runtime.postgresql.killing import work_and_be_killed
from tests.runtime.runs.acts import within
from tests.stage import BOT, Stage


async def check(folder: Path, stage: Stage, *, count: int, kills: int) -> None:
    stage.write("RETURN")
    await stage.open()
    await stage.engine.stop()  # nobody else looks from here on
    stage.write("RETURN", "task.bas")
    for first in range(0, count, 100):
        tasks, _ = within(stage)
        for number in range(first, min(count, first + 100)):
            priority = ("low", "medium", "high")[number % 3]
            await tasks.create(NewTask(f"{number}", assignee=BOT, priority=priority))
        await tasks.work.commit()
    await work_and_be_killed(folder, stage, "picking", kills)
    found = await stage.rows("task")
    assert {row["status"] for row in found} == {"completed"}
    runs = await stage.rows("run")
    assert len(runs) == count
    assert {row["task_id"] for row in runs} == {row["id"] for row in found}
    assert {(row["cause"], row["status"], row["begins_at"]) for row in runs} == {("pickup", "completed", None)}
    told = Counter((row["kind"], *row["changes"]["status"]) for row in await stage.rows("event"))
    assert told == {
        ("task_created", None, "pending"): count,
        ("task_updated", "pending", "in_progress"): count,
        ("task_completed", "in_progress", "completed"): count,
        ("run_queued", "queued", "queued"): count,
        ("run_completed", "queued", "completed"): count,
    }
    await stage.database.close()
    stage.is_open = False


async def test_each_task_is_run_once_over_three_processes_that_are_killed(tmp_path: Path, stage: Stage) -> None:
    await check(tmp_path, stage, count=300, kills=6)


@pytest.mark.soak
async def test_two_thousand_tasks_are_run_once_over_three_processes_that_are_killed(
    tmp_path: Path, stage: Stage
) -> None:
    await check(tmp_path, stage, count=2000, kills=60)
