"""Schedules that fire: when they should, once, in the right conversation, without drift."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tasktalk.runtime.accounts import DEFAULT_ORGANISATION, Accounts
from tasktalk.runtime.clock import RealClock, VirtualClock
from tasktalk.runtime.tasks.model import Actor, NewTask
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage.writes import WriteSet
from tests.conftest import START
from tests.stage import BOT, Stage

QUARTER = timedelta(minutes=15)


async def planned(stage: Stage) -> list[datetime]:
    """The planned times of all runs, in their order; every one must have completed."""
    runs = await stage.rows("run")
    assert {run["status"] for run in runs} <= {"completed"}
    return sorted(run["planned_at"] for run in runs)


async def test_a_thousand_firings_without_drift(stage: Stage) -> None:
    stage.write('SET SCHEDULE "every 15 minutes"\nTALK "It is " + NOW()\n')
    await stage.open()
    await stage.pass_time(1000 * QUARTER)
    times = [START + n * QUARTER for n in range(1, 1001)]
    assert await planned(stage) == times
    said = await stage.rows("message")
    assert [row["created_at"] for row in said] == times
    assert said[-1]["text"].startswith("It is 2026-01-15T19:00:00")


async def test_it_fires_at_its_seconds_on_the_real_clock(tmp_path: Path) -> None:
    stage = Stage(tmp_path, RealClock())
    stage.write('SET SCHEDULE "every 1 seconds"\nTALK "again"\n')
    await stage.open()
    fired = asyncio.Event()

    def count(report: object) -> None:
        if len(stage.reports) >= 3:
            fired.set()

    stage.engine.watch(count)
    await asyncio.wait_for(fired.wait(), 30)
    runs = await stage.rows("run")
    [schedule] = await stage.rows("schedule")
    await stage.close()
    second = timedelta(seconds=1)
    since = [run["planned_at"] - schedule["created_at"] for run in runs]
    assert len(set(since)) == len(since) >= 3
    assert all(each % second == timedelta() for each in since)
    late = [run["started_at"] - run["planned_at"] for run in runs if run["started_at"]]
    assert all(timedelta() <= each < 5 * second for each in late), late


async def test_a_wait_ends_at_its_second_on_the_real_clock(tmp_path: Path) -> None:
    stage = Stage(tmp_path, RealClock())
    stage.write('TALK "Wait."\nWAIT 0.2\nTALK "Now."\n')
    await stage.open()
    receipt = await stage.receive("hi")
    await stage.answer(receipt)
    changed = stage.engine.bells.of(receipt.conversation_id)
    await asyncio.wait_for(changed.wait(), 20)
    assert await stage.transcript(receipt.conversation_id) == ["> hi", "Wait.", "Now."]
    [waited, now] = [row["created_at"] for row in await stage.rows("message", direction="out")]
    assert now - waited >= timedelta(seconds=0.2)
    await stage.close()


async def test_what_was_missed_gives_one_run_and_the_grid_goes_on(stage: Stage, clock: VirtualClock) -> None:
    stage.write('SET SCHEDULE "every 15 minutes"\nTALK "again"\n')
    await stage.open()
    await stage.pass_time(QUARTER)
    await stage.close()
    clock.advance(timedelta(hours=5, minutes=7))
    await stage.open()
    await stage.pass_time(QUARTER)
    late = START + timedelta(hours=5, minutes=15)
    assert await planned(stage) == [START + QUARTER, late, late + QUARTER]


async def test_two_that_look_at_once_fire_once(stage: Stage, clock: VirtualClock) -> None:
    stage.write('SET SCHEDULE "every 15 minutes"\nTALK "again"\n')
    await stage.open()
    await stage.engine.settle()
    await stage.engine._timekeeper.stop()  # it would be a sixth that looks
    clock.advance(QUARTER)
    async with stage.database.read() as reader:
        due = await stage.engine._scheduler.due(reader, clock.now())
    fired = await asyncio.gather(*(stage.engine._scheduler.fire(due, clock.now()) for _ in range(5)))
    assert sorted(len(each) for each in fired) == [0, 0, 0, 0, 1]
    assert [row["planned_at"] for row in await stage.rows("run")] == [clock.now()]


async def test_a_time_that_had_its_run_before_the_clock_was_set_back_is_passed_over(stage: Stage) -> None:
    stage.write('SET SCHEDULE "every 15 minutes"\nTALK "again"\n')
    await stage.open()
    await stage.pass_time(QUARTER)
    [schedule] = await stage.rows("schedule")
    writes = WriteSet()
    writes.update("schedule", {"id": schedule["id"]}, {"next_run_at": START + QUARTER, "fires_at": START + QUARTER})
    await stage.database.commit(writes)
    await asyncio.wait_for(stage.pass_time(QUARTER), 20)
    assert await planned(stage) == [START + QUARTER, START + QUARTER * 2]


# ---- schedules that scripts declare


def declared(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((row["script"], row["spec"]) for row in rows)


async def test_the_stored_schedules_follow_the_scripts(stage: Stage, clock: VirtualClock) -> None:
    stage.write('SET SCHEDULE "hourly"\nSET SCHEDULE "weekdays at 8am", "report.bas"\n')
    stage.write('SET SCHEDULE "0 9 * * 1"\n', "report.bas")
    await stage.open()
    await stage.engine.settle()
    before = {row["id"]: row for row in await stage.rows("schedule")}
    assert declared(list(before.values())) == [
        ("report.bas", "0 9 * * 1"), ("report.bas", "weekdays at 8am"), ("start.bas", "hourly")
    ]  # fmt: skip
    await stage.close()
    clock.advance(timedelta(minutes=10))
    stage.write('SET SCHEDULE "hourly"\nSET SCHEDULE "weekdays at 9am", "report.bas"\n')
    (stage.folder / "bots" / BOT / "report.bas").unlink()
    await stage.open()
    await stage.engine.settle()
    after = await stage.rows("schedule")
    assert declared(after) == [("report.bas", "weekdays at 9am"), ("start.bas", "hourly")]
    unchanged = next(row for row in after if row["spec"] == "hourly")
    assert unchanged == before[unchanged["id"]]


async def test_an_edit_while_it_runs_changes_the_schedule(stage: Stage) -> None:
    stage.write('SET SCHEDULE "hourly"\nTALK "old"\n')
    await stage.open()
    await stage.pass_time(timedelta(hours=1))
    stage.write('SET SCHEDULE "every 2 hours"\nTALK "new"\n')
    await stage.say("hi")
    await stage.engine.settle()
    assert [row["spec"] for row in await stage.rows("schedule")] == ["every 2 hours"]


async def test_a_schedule_that_is_none_is_reported_and_the_script_runs(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.write('TALK "Hello."\nSET SCHEDULE "every blue moon"\n')
    await stage.open()
    assert await stage.say("hi") == ["Hello."]
    assert "helper/start.bas:2:" in caplog.text
    assert '"every blue moon" is no schedule' in caplog.text
    assert "weekdays at 8am" in caplog.text
    assert await stage.rows("schedule") == []


async def test_a_declared_schedule_runs_in_a_conversation_of_the_script(stage: Stage) -> None:
    stage.write('SET SCHEDULE "daily at 10:00"\nTALK "Good morning."\n')
    await stage.open()
    await stage.pass_time(timedelta(days=2))
    [conversation] = await stage.rows("conversation")
    [contact] = await stage.rows("contact")
    assert (conversation["bot"], conversation["channel"], contact["address"]) == (BOT, "schedule", "start.bas")
    assert await stage.transcript(conversation["id"]) == ["Good morning.", "Good morning."]
    assert {row["status"] for row in await stage.rows("message")} == {"delivered"}


# ---- schedules that talks make


async def test_a_schedule_made_in_a_talk_comes_back_to_that_talk(stage: Stage) -> None:
    stage.write(
        'IF TRUE THEN\n  SET SCHEDULE "every day at 8am", "remind.bas", "tea", 3 TIMEZONE "Europe/Berlin"\nEND IF\n'
        'TALK "I will remind you."\n'
    )
    stage.write('TALK "Think of ${args[1]} ${args[0]}."\nHEAR answer\nTALK "Fine: " + answer\n', "remind.bas")
    await stage.open()
    assert await stage.say("hi") == ["I will remind you."]
    [schedule] = await stage.rows("schedule")
    assert schedule["next_run_at"] == datetime(2026, 1, 6, 7, 0, tzinfo=UTC)
    await stage.pass_time(timedelta(days=1))
    assert await stage.say("done") == ["Think of 3 tea.", "Fine: done"]


async def test_the_same_schedule_made_again_is_one(stage: Stage) -> None:
    stage.write('FOR i = 1 TO 3\n  SET SCHEDULE "hourly", "remind.bas"\nNEXT\nTALK "Hello."\n')
    stage.write('TALK "Again."\n', "remind.bas")
    await stage.open()
    await stage.say("hi")
    await stage.say("hi again")
    assert len(await stage.rows("schedule")) == 1
    await stage.say("hi", contact="ben")
    assert len(await stage.rows("schedule")) == 2


async def test_a_bad_schedule_in_a_talk_is_an_error_of_the_script(stage: Stage) -> None:
    stage.write('TRY\n  SET SCHEDULE "now and then"\nCATCH e\n  TALK e.code\nEND TRY\n')
    await stage.open()
    assert await stage.say("hi") == ["invalid-schedule"]


async def test_a_date_is_a_schedule_for_once(stage: Stage) -> None:
    stage.write('IF TRUE THEN SET SCHEDULE NOW() + HOURS(2), "remind.bas"\nTALK "Hello."\n')
    stage.write('TALK "Now."\n', "remind.bas")
    await stage.open()
    await stage.say("hi")
    await stage.pass_time(timedelta(days=10))
    assert await planned(stage) == [START + timedelta(hours=2)]


async def test_a_script_that_is_not_there_fails_its_run_and_the_next_one_comes(stage: Stage) -> None:
    stage.write('SET SCHEDULE "hourly", "gone.bas"\n')
    await stage.open()
    await stage.pass_time(timedelta(hours=2))
    runs = await stage.rows("run")
    assert [(run["status"], run["error"]["code"]) for run in runs] == [("failed", "unknown-script")] * 2


# ---- tasks that run by themselves


async def test_a_scheduled_task_runs_its_bot_with_the_task_at_hand(stage: Stage, clock: VirtualClock) -> None:
    stage.write('TALK "Working on " + task.title\nRETURN task.priority\n')
    await stage.open()
    await Accounts(stage.database, clock).ensure_organisation()
    work = UnitOfWork(stage.database, clock.now())
    task = await Tasks(work, Actor("ana", "default", "test")).create(
        NewTask("Report", priority="high", bot=BOT, schedule="every 15 minutes", session_ms=1_200_000)
    )
    await work.commit()
    stage.engine.wake()
    await stage.pass_time(4 * QUARTER)
    runs = await stage.rows("run", task_id=task.id)
    assert [run["planned_at"] for run in runs] == [START + n * QUARTER for n in range(1, 5)]
    assert [run["result"] for run in runs] == [{"value": "high"}] * 4
    [contact] = await stage.rows("contact")
    assert (contact["channel"], contact["address"]) == ("task", task.id)
    assert await stage.transcript(runs[0]["conversation_id"]) == ["Working on Report"] * 4


@pytest.mark.parametrize(
    ("context", "status", "said"),
    [
        ({"Town": "Faro", "days": "3", "more": 1}, "completed", ["Faro 4 none"]),
        ({"town": "Faro", "days": "soon"}, "failed", []),
        ({}, "failed", []),
    ],
)
async def test_the_context_of_a_task_is_what_its_script_is_given(
    stage: Stage, context: dict[str, Any], status: str, said: list[str]
) -> None:
    stage.write(
        "PARAM town AS TEXT REQUIRED\nPARAM days AS INTEGER\nPARAM size OPTIONAL\n"
        'TALK town, " ", days + 1, " ", size ?? "none"\n'
    )
    await stage.open()
    work = UnitOfWork(stage.database, stage.clock.now())
    tasks = Tasks(work, Actor("ana", DEFAULT_ORGANISATION, "test"))
    await tasks.create(NewTask("Report", context=context, bot=BOT, schedule="every 15 minutes"))
    await work.commit()
    stage.engine.wake()
    await stage.pass_time(QUARTER)
    assert [run["status"] for run in await stage.rows("run")] == [status]
    assert [row["text"] for row in await stage.rows("message")] == said
