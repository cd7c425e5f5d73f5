"""What stays of the calls of programs: nothing, once they are answered and their scripts have ended."""

from datetime import timedelta
from typing import Any

import pytest

from tasktalk.runtime.calls import KEPT, Called, Outcome
from tests.stage import BOT, Stage

TABLES = ("contact", "conversation", "message", "session", "run", "run_start", "timer", "profile", "memory")


async def call(stage: Stage, key: str | None = None, name: str = "order") -> tuple[Called, Outcome]:
    called = await stage.engine.callers.call(BOT, "start.bas", name, {}, key)
    return called, await stage.engine.callers.outcome(called)


async def left(stage: Stage) -> dict[str, int]:
    """How many rows of calls there are in each table."""
    await stage.engine.settle()
    counts = {table: len(await stage.rows(table)) for table in TABLES}
    return {table: count for table, count in counts.items() if count}


@pytest.mark.parametrize("body", ["RETURN 1", "x = 1 / 0", 'TALK "said"\nSET USER NAME "Ana"\nSET USER MEMORY "a", 1'])
async def test_nothing_stays_of_a_call_that_was_answered(stage: Stage, body: str) -> None:
    stage.write(body)
    await stage.open()
    for _ in range(3):
        await call(stage)
    assert await left(stage) == {}


async def test_a_call_with_a_key_is_kept_for_a_day(stage: Stage) -> None:
    stage.write("RETURN 7")
    await stage.open()
    first = await call(stage, "k")
    await stage.pass_time(KEPT - timedelta(minutes=1))
    assert await call(stage, "k") == first
    await stage.pass_time(timedelta(hours=2))
    assert await left(stage) == {}
    again = await call(stage, "k")
    assert again[0].run_id != first[0].run_id
    assert again[1] == first[1]


@pytest.mark.parametrize(
    ("body", "ends"),
    [
        ("WAIT 3 DAYS\nRETURN 1", timedelta(days=3)),
        ('id = CREATE TASK "a", "bob"\nWAIT FOR TASK id TIMEOUT 2 DAYS', timedelta(days=2)),
        ("HEAR x", None),
        ('SET SCHEDULE "every 12 hours", "other.bas"\nIF TRUE THEN SET SCHEDULE "every 6 hours", "other.bas"', None),
        ('TRANSFER TO HUMAN "help"', None),
    ],
)
async def test_what_waits_keeps_its_call(stage: Stage, body: str, ends: timedelta | None) -> None:
    stage.write(body)
    stage.write("RETURN 1", "other.bas")
    await stage.open()
    called, _ = await call(stage)
    await stage.pass_time(KEPT + timedelta(hours=2))
    assert called.conversation_id in [row["id"] for row in await stage.rows("conversation")]
    if ends is not None:
        await stage.pass_time(ends)
        assert await left(stage) == {}


async def test_a_call_that_nobody_asked_for_any_more_goes_after_a_day_too(stage: Stage) -> None:
    stage.write("RETURN 7")
    await stage.open()
    await stage.engine.callers.call(BOT, "start.bas", "order", {})
    await stage.reopen()
    assert (await left(stage))["run"] == 1
    await stage.pass_time(KEPT + timedelta(hours=2))
    assert await left(stage) == {}


async def test_a_handler_that_began_in_the_talk_of_a_call_is_not_lost(stage: Stage) -> None:
    stage.write('id = CREATE TASK "a"\nRETURN id\nON TASK CREATED\n  PRINT "made "; task.title\nEND ON\n')
    await stage.open()
    outcomes: list[Any] = [(await call(stage))[1].status for _ in range(5)]
    await stage.engine.settle()
    assert outcomes == ["completed"] * 5
    assert [line for report in stage.reports for line in report.printed] == ["made a"] * 5
    await stage.pass_time(KEPT + timedelta(hours=2))
    assert await stage.rows("conversation", channel="call") == []
