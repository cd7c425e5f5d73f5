"""What one script, event or schedule does wrong keeps no other from its turn."""

from datetime import timedelta
from typing import Any

import pytest

from tasktalk.interpreter.limits import Limits
from tasktalk.runtime import due_times, occasions, workers
from tasktalk.runtime.calls import Calls
from tests.stage import BOT, Stage


async def test_scripts_that_compute_without_end_keep_nobody_from_a_turn(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "STOP_SECONDS", 0.0)
    stage.write('IF username <> "cid" THEN\n  DO\n  LOOP\nEND IF\nTALK "Hello."\n')
    await stage.open(limits=Limits(seconds=10**6, statements=10**15), busy_conversations=2)
    for contact in ("ana", "ben"):
        await stage.receive("hi", contact)
    assert await stage.say("hi", "cid") == ["Hello."]
    assert stage.engine.load.conversations_busy == 2
    assert stage.reports[0].status == "ended"
    assert len(stage.reports) == 1
    await stage.close()


async def test_an_event_that_cannot_be_told_is_passed_over(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def occasion(row: Any) -> Any:
        if "bad" in str(row["changes"]):
            raise ValueError("a fault of ours")
        return occasions.occasion(row)

    monkeypatch.setattr("tasktalk.runtime.dispatcher.occasion", occasion)
    stage.write('ON EVENT "e"\n  PRINT "heard "; data\nEND ON\n')
    await stage.open()
    calls = Calls(stage.database, stage.clock, lambda _: None)
    for data in ("bad", "good", "bad", "fine"):
        await calls.raise_event(BOT, "e", data, None)
    await stage.engine.settle()
    assert [line for report in stage.reports for line in report.printed] == ["heard good", "heard fine"]
    assert await stage.rows("pending_event") == []
    assert caplog.text.count("it is passed over") == 2


async def test_a_schedule_that_cannot_be_fired_leaves_the_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def decide(row: Any, *more: Any) -> Any:
        if row["spec"] == "every 2 minutes":
            raise ValueError("a fault of ours")
        return due_times.decide(row, *more)

    monkeypatch.setattr("tasktalk.runtime.scheduler.decide", decide)
    stage.write('SET SCHEDULE "every 2 minutes"\nPRINT "two"\n')
    stage.write('SET SCHEDULE "every 3 minutes"\nPRINT "three"\n', "other.bas")
    await stage.open()
    await stage.engine.settle()
    for _ in range(6):
        stage.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]
        await stage.engine.settle()
    assert [report.printed for report in stage.reports] == [("three",), ("three",)]
    assert caplog.text.count("could not be fired") == 1


async def test_more_schedules_that_cannot_be_fired_than_a_page_holds_keep_nobody(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decide(row: Any, *more: Any) -> Any:
        if row["spec"] == "every 3 minutes":
            return due_times.decide(row, *more)
        raise ValueError("a fault of ours")

    monkeypatch.setattr("tasktalk.runtime.scheduler.decide", decide)
    monkeypatch.setattr("tasktalk.runtime.scheduler.PAGE", 2)
    monkeypatch.setattr("tasktalk.runtime.housekeeping.PAGE", 2)
    stage.write('SET SCHEDULE "every 3 minutes"\nPRINT "three"\n')
    for number in range(5):
        stage.write(f'SET SCHEDULE "every {60 + number} seconds"\n', f"bad{number}.bas")
    await stage.open()
    await stage.engine.settle()
    stage.clock.advance(timedelta(minutes=3))  # type: ignore[attr-defined]
    await stage.engine.settle()
    assert [report.printed for report in stage.reports] == [("three",)]
