"""Schedules on the real engine: what becomes of missed and overlapping times, of pauses, and of a clock set back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import Keywords
from tasktalk.runtime import pausing, sessions
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.due_times import CANCELLED, MISSED, PAUSED
from tasktalk.runtime.retention import Keep
from tasktalk.runtime.schedule_rows import new_schedule
from tasktalk.runtime.scheduler import PAGE, Scheduler
from tasktalk.runtime.tasks.model import Actor, NewTask, Task
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.coming import coming
from tasktalk.storage.database import Database
from tasktalk.storage.tables import run
from tasktalk.storage.writes import WriteSet
from tests.conftest import START
from tests.stage import BOT, Stage

HOUR = timedelta(hours=1)
SLOW = 'SET SCHEDULE "hourly" {clauses}\nTALK "begin"\nWAIT 150 MINUTES\nTALK "end"\n'


async def runs(stage: Stage) -> list[tuple[float, str, int, str | None]]:
    """Of each run the hours from the start to its planned time, its status, what it stands for, and why."""
    rows = await stage.rows("run")
    rows.sort(key=lambda row: row["planned_at"])
    return [((row["planned_at"] - START) / HOUR, row["status"], row["missed"], row["reason"]) for row in rows]


async def begun(stage: Stage) -> list[float]:
    return sorted((row["started_at"] - START) / HOUR for row in await stage.rows("run") if row["started_at"])


async def down(stage: Stage, clock: VirtualClock, by: timedelta) -> None:
    """Time passes while there is no server."""
    await stage.engine.settle()
    await stage.close()
    clock.advance(by)
    await stage.open()
    await stage.engine.settle()


# ---- missed


@pytest.mark.parametrize(
    ("misfire", "expected"),
    [
        ("once", [(1, "completed", 0, None), (5, "completed", 3, None), (6, "completed", 0, None)]),
        ("skip", [(1, "completed", 0, None), (5, "skipped", 3, MISSED), (6, "completed", 0, None)]),
        ("all", [(hour, "completed", 0, None) for hour in range(1, 7)]),
    ],
)
async def test_cbk_44_a_server_that_was_down_across_several_times(
    stage: Stage, clock: VirtualClock, misfire: str, expected: list[Any]
) -> None:
    stage.write(f'SET SCHEDULE "hourly" MISFIRE {misfire}\nTALK "run"\n')
    await stage.open()
    await stage.pass_time(HOUR)
    await down(stage, clock, 4.5 * HOUR)
    await stage.pass_time(HOUR)
    assert await runs(stage) == expected


async def test_cbk_44_each_missed_time_is_run_in_order_and_one_after_the_other(
    stage: Stage, clock: VirtualClock
) -> None:
    stage.write('SET SCHEDULE "hourly" MISFIRE all\nWAIT 1 MINUTES\nTALK "done"\n')
    await stage.open()
    await down(stage, clock, 3.5 * HOUR)
    await stage.pass_time(timedelta(minutes=10))
    assert await runs(stage) == [(hour, "completed", 0, None) for hour in (1, 2, 3)]
    began = await begun(stage)
    assert [round((each - 3.5) * 60) for each in began] == [0, 1, 2]


async def test_a_skipped_run_never_begins_and_has_ended(stage: Stage, clock: VirtualClock) -> None:
    stage.write('SET SCHEDULE "hourly" MISFIRE skip\nTALK "run"\n')
    await stage.open()
    await down(stage, clock, 1.5 * HOUR)
    [run] = await stage.rows("run")
    assert (run["cause"], run["started_at"], run["ended_at"]) == ("schedule", None, clock.now())
    assert await stage.rows("session") == []
    assert await stage.rows("conversation") == []


# ---- overlapping


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        ("", [(1, "completed", 0, None), (3, "completed", 1, None), (6, "running", 2, None)]),
        (
            "MISFIRE all",
            [(1, "completed", 0, None), (2, "completed", 0, None), (3, "running", 0, None)],
        ),
        (
            "OVERLAP skip",
            [
                (1, "completed", 0, None),
                *((hour, "skipped", 0, "the run planned for 2026-01-05 10:00:00 UTC was not over") for hour in (2, 3)),
                (4, "completed", 0, None),
                *((hour, "skipped", 0, "the run planned for 2026-01-05 13:00:00 UTC was not over") for hour in (5, 6)),
                (7, "running", 0, None),
            ],
        ),
        (
            "OVERLAP cancel",
            [*((hour, "cancelled", 0, CANCELLED) for hour in range(1, 7)), (7, "running", 0, None)],
        ),
    ],
)
async def test_cbk_45_a_run_that_takes_longer_than_the_pause(stage: Stage, clauses: str, expected: list[Any]) -> None:
    stage.write(SLOW.format(clauses=clauses))
    await stage.open()
    for _ in range(28):
        await stage.pass_time(HOUR / 4)
        under_way = [row for row in await stage.rows("run") if row["ended_at"] is None]
        assert len(under_way) <= 1, "a schedule never has two runs at once"
    assert await runs(stage) == expected
    waiting = await stage.rows("session", status="waiting")
    assert len(waiting) == 1
    assert len(await stage.rows("timer")) == 1


async def test_a_time_that_waits_begins_in_the_moment_in_which_the_run_before_ends(stage: Stage) -> None:
    stage.write(SLOW.format(clauses=""))
    await stage.open()
    await stage.pass_time(7 * HOUR)
    assert await begun(stage) == [1, 3.5, 6]


async def test_a_time_that_waits_is_not_lost_with_the_process(stage: Stage, clock: VirtualClock) -> None:
    stage.write(SLOW.format(clauses=""))
    await stage.open()
    await stage.pass_time(2.25 * HOUR)
    [schedule] = await stage.rows("schedule")
    assert (schedule["held_by"] is not None, schedule["fires_at"], schedule["next_run_at"]) == (
        True, None, START + 2 * HOUR
    )  # fmt: skip
    await down(stage, clock, 4 * HOUR)
    assert [(hour, status) for hour, status, *_ in await runs(stage)] == [(1, "completed"), (6, "running")]
    [schedule] = await stage.rows("schedule")
    assert (schedule["held_by"], schedule["next_run_at"]) == (None, START + 7 * HOUR)


async def test_a_question_that_nobody_answers_lets_the_next_time_wait(stage: Stage) -> None:
    stage.write('IF username <> "x" THEN SET SCHEDULE "hourly", "ask.bas"\nTALK "Later."\n')
    stage.write('HEAR answer WITH "How are you?"\nTALK "You are " + answer\n', "ask.bas")
    await stage.open()
    await stage.say("hi")
    await stage.pass_time(5 * HOUR)
    assert [(hour, status) for hour, status, *_ in await runs(stage)] == [(1, "running")]
    assert await stage.say("fine") == ["How are you?", "You are fine"]
    await stage.engine.settle()
    assert [(hour, status, missed) for hour, status, missed, _ in await runs(stage)] == [
        (1, "completed", 0), (5, "running", 3)
    ]  # fmt: skip


async def test_a_run_that_fails_lets_the_next_one_begin(stage: Stage) -> None:
    stage.write('SET SCHEDULE "hourly"\nWAIT 90 MINUTES\nTHROW "no"\n')
    await stage.open()
    await stage.pass_time(4.25 * HOUR)
    assert [(hour, status) for hour, status, *_ in await runs(stage)] == [(1, "failed"), (2, "failed"), (4, "running")]


async def test_a_session_that_is_ended_from_outside_lets_the_next_run_begin(stage: Stage, clock: VirtualClock) -> None:
    stage.write(SLOW.format(clauses=""))
    await stage.open()
    await stage.pass_time(2.25 * HOUR)
    [session] = await stage.rows("session", status="waiting")
    await sessions.end(stage.database, clock.now(), session["id"], "ana")
    stage.engine.look_again()
    await stage.engine.settle()
    assert [(hour, status) for hour, status, *_ in await runs(stage)] == [(1, "failed"), (2, "running")]


# ---- tasks


async def made(stage: Stage, **given: Any) -> Task:
    work = UnitOfWork(stage.database, stage.clock.now())
    task = await Tasks(work, Actor("ana", DEFAULT_ORGANISATION, "test")).create(NewTask("Report", bot=BOT, **given))
    await work.commit()
    stage.engine.wake()
    return task


async def changed(stage: Stage, change: str, task: Task) -> Task:
    work = UnitOfWork(stage.database, stage.clock.now())
    found: Task = await getattr(Tasks(work, Actor("ana", DEFAULT_ORGANISATION, "test")), change)(task.id)
    await work.commit()
    stage.engine.wake()
    await stage.engine.settle()
    return found


async def test_cbk_45_a_task_never_has_two_scheduled_runs_at_once(stage: Stage) -> None:
    stage.write('WAIT 40 MINUTES\nTALK "done"\n')
    await stage.open()
    await made(stage, schedule="quarterhourly", session_ms=3_600_000)
    for _ in range(40):
        await stage.pass_time(timedelta(minutes=5))
        assert len([row for row in await stage.rows("run") if row["ended_at"] is None]) <= 1
    found = await runs(stage)
    assert [(hour, missed) for hour, _, missed, _ in found] == [(0.25, 0), (0.75, 1), (1.5, 2), (2.25, 2), (2.75, 1)]
    assert {status for _, status, *_ in found[:-1]} == {"completed"}


async def test_a_paused_task_runs_at_none_of_its_times_and_one_note_tells_of_them(stage: Stage) -> None:
    stage.write('TALK "run"\n')
    await stage.open()
    task = await made(stage, schedule="hourly")
    await stage.pass_time(1.5 * HOUR)
    await changed(stage, "pause", task)
    assert (await changed(stage, "pause", task)).version == task.version + 1
    await stage.pass_time(3 * HOUR)
    work = UnitOfWork(stage.database, stage.clock.now())
    shown = await Tasks(work, Actor("ana", DEFAULT_ORGANISATION, "test")).schedule(task)
    assert shown is not None
    assert (shown.is_paused, shown.next_run_at) == (True, None)
    await changed(stage, "resume", task)
    await stage.pass_time(HOUR)
    assert await runs(stage) == [
        (1, "completed", 0, None), (4, "skipped", 2, PAUSED), (5, "completed", 0, None)
    ]  # fmt: skip
    told = [row["changes"] for row in await stage.rows("event", kind="task_updated")]
    assert told == [{"is_paused": [False, True]}, {"is_paused": [True, False]}]


async def test_a_task_without_a_schedule_is_not_paused(stage: Stage) -> None:
    stage.write("")
    await stage.open()
    task = await made(stage)
    with pytest.raises(Refused, match="has no schedule") as refused:
        await changed(stage, "pause", task)
    assert refused.value.code == "no_schedule"


async def test_a_task_that_ends_while_it_is_paused_and_is_opened_again_stays_paused(stage: Stage) -> None:
    stage.write("")
    await stage.open()
    task = await made(stage, schedule="hourly")
    await changed(stage, "pause", task)
    await changed(stage, "complete", task)
    work = UnitOfWork(stage.database, stage.clock.now())
    await Tasks(work, Actor("ana", DEFAULT_ORGANISATION, "test")).update(task.id, {"status": "pending"})
    await work.commit()
    [schedule] = await stage.rows("schedule")
    assert (schedule["is_paused"], schedule["fires_at"], schedule["next_run_at"]) == (True, None, START + HOUR)


async def test_a_schedule_is_paused_from_outside(stage: Stage, clock: VirtualClock) -> None:
    stage.write('SET SCHEDULE "hourly"\nTALK "run"\n')
    await stage.open()
    await stage.engine.settle()
    [schedule] = await stage.rows("schedule")
    for is_paused in (True, True, False, False):
        await pausing.steer(stage.database, clock.now(), schedule["id"], "ana", "command", is_paused=is_paused)
    [after] = await stage.rows("schedule")
    assert after == {**schedule, "version": 3}
    kinds = [row["kind"] for row in await stage.rows("event", subject_id=schedule["id"])]
    assert kinds == ["schedule_paused", "schedule_resumed"]
    with pytest.raises(Refused, match="there is no schedule sch_x"):
        await pausing.steer(stage.database, clock.now(), "sch_x", "ana", "command", is_paused=True)


# ---- jitter and bounds


async def test_jitter_lets_runs_begin_later_and_leaves_their_times_alone(stage: Stage) -> None:
    stage.write('SET SCHEDULE "hourly" JITTER 600\nTALK "run"\n')
    await stage.open()
    await stage.pass_time(21 * HOUR)
    assert [hour for hour, *_ in await runs(stage)][:20] == list(range(1, 21))
    late = [(began - hour) * 3600 for began, hour in zip(await begun(stage), range(1, 21), strict=False)]
    assert all(0 <= each < 600 for each in late)
    assert len(set(late)) == 20


async def test_a_schedule_begins_and_ends_when_it_says(stage: Stage) -> None:
    stage.write('SET SCHEDULE "every 2 hours" STARTS "2026-01-05T10:30" ENDS "2026-01-05T14:30"\nTALK "run"\n')
    await stage.open()
    await stage.pass_time(timedelta(days=2))
    assert await runs(stage) == [(hour, "completed", 0, None) for hour in (1.5, 3.5, 5.5)]
    [schedule] = await stage.rows("schedule")
    assert (schedule["next_run_at"], schedule["fires_at"]) == (None, None)


async def test_a_schedule_may_start_at_the_beginning_of_all_years(stage: Stage) -> None:
    stage.write('SET SCHEDULE "every 2 hours" STARTS "0001-01-01T00:00"\nSET SCHEDULE "hourly"\nTALK "run"\n')
    await stage.open()
    await stage.pass_time(2 * HOUR)
    assert [(hour, status) for hour, status, *_ in await runs(stage)] == [
        (1, "completed"),
        (1, "completed"),
        (2, "completed"),
    ]


async def test_an_edited_policy_holds_from_then_on(stage: Stage, clock: VirtualClock) -> None:
    stage.write('SET SCHEDULE "hourly"\nTALK "run"\n')
    await stage.open()
    await stage.close()
    stage.write('SET SCHEDULE "hourly" MISFIRE skip\nTALK "run"\n')
    await stage.open()
    await stage.engine.settle()
    assert [row["misfire"] for row in await stage.rows("schedule")] == ["skip"]


# ---- clocks and scripts


class SetBack(VirtualClock):
    """A clock that somebody can set back."""

    def set_back(self, by: timedelta) -> None:
        self._now -= by


async def test_a_clock_that_is_set_back_an_hour_repeats_no_time_and_loses_none(tmp_path: Path) -> None:
    clock = SetBack(START)
    stage = Stage(tmp_path, clock)
    stage.write('SET SCHEDULE "every 15 minutes"\nTALK "run"\n')
    await stage.open()
    await stage.pass_time(HOUR)
    clock.set_back(HOUR)
    stage.engine.wake()
    await stage.pass_time(HOUR / 2)
    assert [hour for hour, *_ in await runs(stage)] == [0.25, 0.5, 0.75, 1]
    await stage.pass_time(HOUR)
    assert await runs(stage) == [(quarters / 4, "completed", 0, None) for quarters in range(1, 7)]
    await stage.close()


async def test_a_script_that_is_gone_when_its_time_comes_fails_that_run_and_no_other(stage: Stage) -> None:
    stage.write('IF TRUE THEN SET SCHEDULE "hourly", "gone.bas"\nTALK "hi"\n')
    stage.write('TALK "here"\n', "gone.bas")
    await stage.open()
    await stage.say("hi")
    await stage.pass_time(HOUR)
    (stage.folder / "bots" / BOT / "gone.bas").unlink()
    await stage.pass_time(HOUR)
    stage.write('TALK "again"\n', "gone.bas")
    await stage.pass_time(HOUR)
    assert [status for _, status, *_ in await runs(stage)] == ["completed", "failed", "completed"]


async def test_months_on_the_engine(stage: Stage, clock: VirtualClock) -> None:
    clock.advance_to(datetime(2026, 1, 31, 12, tzinfo=UTC))
    stage.write("RETURN 1\n")
    await stage.open(keep=Keep(runs=None))
    await made(stage, schedule="monthly")
    await stage.pass_time(timedelta(days=100))
    planned = [row["planned_at"] for row in await stage.rows("run")]
    assert [f"{moment:%m-%d %H:%M}" for moment in planned] == ["02-28 12:00", "03-31 12:00", "04-30 12:00"]


@pytest.mark.parametrize("count", [1000, pytest.param(10_000, marks=pytest.mark.soak)])
async def test_thousands_that_are_due_in_the_same_second_each_have_one_run(
    database: Database, clock: VirtualClock, tmp_path: Path, count: int
) -> None:
    writes = WriteSet()
    for number in range(count):
        writes.insert("schedule", new_schedule(START, "hourly", "UTC", f"{number % 50}.bas", BOT))
    await database.commit(writes)
    scheduler = Scheduler(database, clock, Bots.load(tmp_path, Keywords([])), lambda _: None)
    clock.advance(HOUR)
    woken: set[str] = set()
    for _ in range(count // PAGE):
        async with database.read() as reader:
            due = await scheduler.due(reader, clock.now())
        assert len(due) == PAGE
        woken.update(begun.conversation_id for begun in await scheduler.fire(due, clock.now()))
    async with database.read() as reader:
        assert await scheduler.due(reader, clock.now()) == []
        rows = await reader.rows(select(run.c.schedule_id, run.c.planned_at, run.c.status, run.c.missed))
        assert (await coming(reader)).first == START + 2 * HOUR
    assert len({row["schedule_id"] for row in rows}) == len(rows) == count
    assert {(row["planned_at"], row["status"], row["missed"]) for row in rows} == {(START + HOUR, "queued", 0)}
    assert len(woken) == 50
