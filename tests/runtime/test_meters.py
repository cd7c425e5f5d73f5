"""What an engine counts of deliveries, of what is due, of turns that are taken again, and of what it has to do."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.runtime.ports import Delivery, TurnReport, Undeliverable
from tasktalk.storage.writes import Conflict, WriteSet
from tests.stage import Stage


class Post:
    """A channel that fails in these ways, one after the other, before it delivers."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)

    def longest(self, detail: Mapping[str, Any]) -> int | None:
        return None

    async def send(self, delivery: Delivery) -> None:
        if self.failures:
            raise self.failures.pop(0)


def late(stage: Stage, kind: str) -> tuple[int, float]:
    """How many that were due have been taken, and how late all together."""
    counts, [total] = stage.engine.meters.late.values[(kind,)]
    return sum(counts), total


async def test_deliveries_by_their_outcome(stage: Stage) -> None:
    stage.write('TALK "one"\nTALK "two"\n')
    await stage.open(channels={"post": Post(ConnectionError(), Undeliverable())})
    await stage.receive("hi", channel="post")
    await stage.engine.settle()
    await stage.pass_time(timedelta(minutes=1))
    assert stage.engine.meters.deliveries.values == {
        ("post", "again"): 1,
        ("post", "dead"): 1,
        ("post", "delivered"): 1,
    }


async def test_a_timer_and_a_schedule_are_as_late_as_they_are_taken_up(stage: Stage) -> None:
    stage.write('SET SCHEDULE "0 10 * * *"\nWAIT 1 HOURS\n')
    await stage.open()
    await stage.say("hi")  # at nine
    stage.clock.advance(timedelta(hours=1, seconds=7))  # type: ignore[attr-defined]
    await stage.engine.settle()
    assert (late(stage, "timer"), late(stage, "schedule")) == ((1, 7.0), (1, 7.0))


async def test_a_turn_that_is_taken_again_is_a_conflict_and_then_one_turn(stage: Stage) -> None:
    conflicts = [Conflict("session", {}, "for the test")]

    def crash(place: str) -> None:
        if place == "before-turn-commit" and conflicts:
            raise conflicts.pop()

    stage.write("TALK 1\n")
    await stage.open(crash=crash)
    assert await stage.say("hi") == ["1"]
    assert stage.engine.meters.turns.values == {("helper", "conflict"): 1, ("helper", "ended"): 1}


async def test_write_sets_that_are_refused(stage: Stage) -> None:
    await stage.open()
    writes = WriteSet()
    writes.update("message", {"id": "none"}, {"status": "heard"})
    with pytest.raises(Conflict):
        await stage.database.commit(writes)
    assert stage.engine.meters.refused.values == {(): 1}


async def test_a_turns_seconds_are_more_than_its_scripts(stage: Stage) -> None:
    stage.write("FOR i = 1 TO 20000\n  x = i * 2\nNEXT\nHEAR y\nTHROW y\n")
    await stage.open()
    await stage.say("hi")
    await stage.say("no")
    waiting, failed = stage.reports
    for report in (waiting, failed):
        assert report.seconds > report.computing_seconds > 0
    assert waiting.computing_seconds > failed.computing_seconds


async def test_a_conversation_is_busy_while_its_turn_is_under_way(stage: Stage) -> None:
    seen = []

    def look(_: TurnReport) -> None:
        seen.append(stage.engine.load)

    stage.write("HEAR x\n")
    await stage.open()
    stage.engine.watch(look)
    await stage.say("hi")
    await stage.engine.settle()
    [during] = seen
    after = stage.engine.load
    assert (during.conversations_busy, after.conversations_busy) == (1, 0)
    assert (during.warm_sessions, after.warm_sessions) == (0, 1)
