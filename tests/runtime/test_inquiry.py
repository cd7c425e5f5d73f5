"""What a running server leaves is enough to tell why something did not run."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tasktalk.runtime import inquiry, pausing, reasons
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.tasks.model import Actor, NewTask, Ports
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.writes import WriteSet
from tests.conftest import START
from tests.stage import BOT, Stage

QUARTER = timedelta(minutes=15)


def every(clauses: str = "") -> str:
    return f'SET SCHEDULE "every 15 minutes"{clauses}\nTALK "again"\n'


async def why(stage: Stage, quarters: int, minutes: int = 0) -> tuple[str, str]:
    """The verdict on a due time, or on a moment so many minutes later, and all that is said of it."""
    [row] = await stage.rows("schedule")
    tasks = await stage.rows("task", id=row["task_id"]) if row["task_id"] else []
    at: datetime = START + quarters * QUARTER + timedelta(minutes=minutes)
    async with stage.database.read() as reader:
        found = await inquiry.facts(reader, row, next(iter(tasks), None), at, stage.clock.now())
    explained = reasons.explain(found)
    return explained.verdict, " ".join(explained.sentences)


async def with_task(stage: Stage, **given: Any) -> str:
    work = UnitOfWork(stage.database, stage.clock.now())
    tasks = Tasks(work, Actor("ana", DEFAULT_ORGANISATION, "test"), Ports(lambda _: True))
    task = await tasks.create(NewTask(title="report", schedule="every 15 minutes", **given))
    await work.commit()
    stage.engine.wake()
    await stage.engine.settle()
    return task.id


async def away(stage: Stage, clock: VirtualClock, quarters: int) -> None:
    """The server is down for so long."""
    await stage.close()
    clock.advance(quarters * QUARTER)
    await stage.open()
    await stage.engine.settle()


async def test_it_ran_or_is_no_time_or_is_to_come(stage: Stage) -> None:
    stage.write(every())
    await stage.open()
    await stage.pass_time(2 * QUARTER)
    assert (await why(stage, 1))[0] == "completed"
    assert (await why(stage, 1, 5))[0] == "not-due"
    assert (await why(stage, 3))[0] == "to-come"


async def test_it_was_paused_and_the_note_says_so_afterwards(stage: Stage, clock: VirtualClock) -> None:
    stage.write(every())
    await stage.open()
    await stage.engine.settle()
    [row] = await stage.rows("schedule")
    await pausing.steer(stage.database, clock.now(), row["id"], "ana", "test", is_paused=True)
    await stage.pass_time(4 * QUARTER)
    assert (await why(stage, 2))[0] == "paused"
    await pausing.steer(stage.database, clock.now(), row["id"], "ana", "test", is_paused=False)
    assert await why(stage, 2) == (
        "paused",
        "It did not run: the schedule was paused. That holds for 4 due times up to 2026-01-05 10:00 UTC.",
    )


async def test_it_was_missed_and_another_run_stands_for_it(stage: Stage, clock: VirtualClock) -> None:
    stage.write(every())
    await stage.open()
    await stage.engine.settle()
    await away(stage, clock, 6)
    verdict, said = await why(stage, 2)
    assert verdict == "coalesced"
    assert "the run planned for 2026-01-05 10:30 UTC stands for it (completed)" in said
    assert "stands for 5 due times before it" in (await why(stage, 6))[1]


async def test_it_was_missed_and_skipped(stage: Stage, clock: VirtualClock) -> None:
    stage.write(every(" MISFIRE skip"))
    await stage.open()
    await stage.engine.settle()
    await stage.close()
    clock.advance(6 * QUARTER + 2 * timedelta(minutes=1))
    await stage.open()
    await stage.engine.settle()
    assert (await why(stage, 6))[0] == "missed"
    assert (await why(stage, 3))[0] == "missed"


@pytest.mark.parametrize("policy", ["queue", "skip"])
async def test_the_run_before_was_not_over(stage: Stage, policy: str) -> None:
    stage.write(f'SET SCHEDULE "every 15 minutes" OVERLAP {policy}\nWAIT 3600\nTALK "done"\n')
    await stage.open()
    await stage.pass_time(2 * QUARTER)
    assert (await why(stage, 1))[0] == "running"
    verdict, said = await why(stage, 2)
    assert verdict == "overlap"
    assert "2026-01-05 09:15" in said


async def test_its_script_is_gone(stage: Stage) -> None:
    stage.write('SET SCHEDULE "every 15 minutes", "gone.bas"\n')
    stage.write('TALK "here"\n', "gone.bas")
    await stage.open()
    await stage.engine.settle()
    (stage.folder / "bots" / BOT / "gone.bas").unlink()
    await stage.pass_time(QUARTER)
    verdict, said = await why(stage, 1)
    assert verdict == "failed"
    assert "gone" in said


async def test_its_task_has_no_bot(stage: Stage) -> None:
    stage.write('TALK "here"\n')
    await stage.open()
    await with_task(stage)
    await stage.pass_time(QUARTER)
    verdict, said = await why(stage, 1)
    assert verdict == "no-bot"
    assert "no bot" in said


async def test_its_runs_of_the_day_were_used_up(stage: Stage) -> None:
    stage.write('TALK "here"\n')
    await stage.open()
    writes = WriteSet()
    writes.update("organisation", {"id": DEFAULT_ORGANISATION}, {"runs_a_day": 1})
    await stage.database.commit(writes)
    await with_task(stage, bot=BOT)
    await stage.pass_time(2 * QUARTER)
    assert (await why(stage, 1))[0] == "completed"
    assert (await why(stage, 2))[0] == "quota"


async def test_its_task_had_ended(stage: Stage) -> None:
    stage.write('TALK "here"\n')
    await stage.open()
    task_id = await with_task(stage, bot=BOT)
    work = UnitOfWork(stage.database, stage.clock.now())
    await Tasks(work, Actor("ana", DEFAULT_ORGANISATION, "test")).update(task_id, {"status": "completed"})
    await work.commit()
    await stage.pass_time(2 * QUARTER)
    assert (await why(stage, 1))[0] == "ended"
    assert (await why(stage, 9))[0] == "ended"
