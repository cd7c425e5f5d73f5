"""Three processes fire the same schedules and are killed at random: each due time has its run, exactly once."""

from datetime import timedelta
from pathlib import Path

import pytest

from tasktalk.runtime.policies import Policy
from tasktalk.runtime.schedule_rows import new_schedule
from tasktalk.storage.writes import WriteSet
from tests.conftest import START
from tests.runtime.postgresql.killing import work_and_be_killed
from tests.stage import BOT, Stage

PAUSE = timedelta(minutes=7)


async def check(folder: Path, stage: Stage, *, schedules: int, times: int, kills: int) -> None:
    await stage.open()
    await stage.engine.settle()
    await stage.engine.stop()
    writes, expected = WriteSet(), set()
    ends_at = START + times * PAUSE
    for number in range(schedules):
        how = Policy("once" if number % 10 == 9 else "all", jitter_seconds=number, ends_at=ends_at)
        row = new_schedule(START, "every 7 minutes", "UTC", f"{number}.bas", BOT, how)
        writes.insert("schedule", row)
        each = range(1, times + 1) if how.misfire == "all" else [times]
        expected |= {(row["id"], START + time * PAUSE, times - 1 if how.misfire == "once" else 0) for time in each}
    await stage.database.commit(writes)
    await work_and_be_killed(folder, stage, "firing", kills)
    runs = await stage.rows("run")
    found = [(row["schedule_id"], row["planned_at"], row["missed"]) for row in runs]
    assert len(found) == len(expected)
    assert set(found) == expected
    assert {row["status"] for row in runs} == {"completed"}
    assert {(row["next_run_at"], row["fires_at"], row["held_by"]) for row in await stage.rows("schedule")} == {
        (None, None, None)
    }
    await stage.database.close()
    stage.is_open = False


async def test_cbk_46_each_due_time_once_over_three_processes_that_are_killed(tmp_path: Path, stage: Stage) -> None:
    await check(tmp_path, stage, schedules=24, times=8, kills=9)


@pytest.mark.soak
async def test_cbk_46_ten_thousand_due_times_once_over_three_processes_that_are_killed(
    tmp_path: Path, stage: Stage
) -> None:
    await check(tmp_path, stage, schedules=111, times=100, kills=60)
