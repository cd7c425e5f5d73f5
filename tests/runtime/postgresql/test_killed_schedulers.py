"""Three processes fire the same schedules and are killed at random: each due time has its run, exactly once."""

import asyncio
import random
import signal
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from tasktalk.runtime.policies import Policy
from tasktalk.runtime.schedule_rows import new_schedule
from tasktalk.storage.writes import WriteSet
from tests.conftest import START
from tests.databases import url_of
from tests.runtime.postgresql import firing
from tests.stage import BOT, Stage

PAUSE = timedelta(minutes=7)
WORKERS = 3


@dataclass
class Killing:
    """What is killed, and what was seen meanwhile."""

    chance: random.Random
    kills_left: int
    kills: int = 0
    told: list[str] = field(default_factory=list)


async def work(number: int, url: str, bots: Path, killing: Killing) -> None:
    """One process after the other, until one comes to the end; each is killed from inside or from outside."""
    for life in range(1000):
        shall_die = killing.kills_left > 0
        killing.kills_left -= shall_die
        dies_inside = shall_die and killing.chance.random() < 0.5
        arguments = [url, str(bots), f"{number} {life}", "25" if dies_inside else "0"]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.runtime.postgresql.firing", *arguments), stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        looks_left = killing.chance.randint(1, 6)
        async for line in process.stdout:
            killing.told.append(line.decode().strip())
            looks_left -= 1
            if looks_left == 0 and shall_die and not dies_inside:
                process.kill()
        code = await process.wait()
        if code == 0:
            return
        assert code == -signal.SIGKILL
        killing.kills += 1
    raise AssertionError("it never came to the end")


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
    killing = Killing(random.Random(folder.name), kills)
    url = url_of(stage.database_path)
    await asyncio.gather(*(work(number, url, folder / "bots", killing) for number in range(WORKERS)))
    runs = await stage.rows("run")
    found = [(row["schedule_id"], row["planned_at"], row["missed"]) for row in runs]
    assert len(found) == len(expected)
    assert set(found) == expected
    assert {row["status"] for row in runs} == {"completed"}
    assert {(row["next_run_at"], row["fires_at"], row["held_by"]) for row in await stage.rows("schedule")} == {
        (None, None, None)
    }
    assert firing.TWO_AT_ONCE not in killing.told
    # Those that shall die look too rarely to do it all; but who lives may be done before the last of them die.
    assert kills - WORKERS < killing.kills <= kills
    await stage.database.close()
    stage.is_open = False


async def test_cbk_46_each_due_time_once_over_three_processes_that_are_killed(tmp_path: Path, stage: Stage) -> None:
    await check(tmp_path, stage, schedules=30, times=10, kills=6)


@pytest.mark.soak
async def test_cbk_46_ten_thousand_due_times_once_over_three_processes_that_are_killed(
    tmp_path: Path, stage: Stage
) -> None:
    await check(tmp_path, stage, schedules=111, times=100, kills=60)
