"""Scripts that are edited, come or go while the engine runs: seen within a second, and no talk loses its own."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from tasktalk.runtime.clock import VirtualClock
from tests.conftest import START
from tests.patience import PATIENCE
from tests.stage import BOT, Stage

SECOND = timedelta(seconds=1)


async def test_a_new_script_gets_its_schedule_and_a_removed_one_loses_it(stage: Stage) -> None:
    stage.write("")
    await stage.open()
    await stage.engine.settle()
    stage.write('SET SCHEDULE "every 1 minutes"\nPRINT "tick"\n', "tick.bas")
    await stage.pass_time(SECOND)
    assert [row["script"] for row in await stage.rows("schedule")] == ["tick.bas"]
    await stage.pass_time(timedelta(minutes=1))
    assert [report.printed for report in stage.reports] == [("tick",)]
    (stage.folder / "bots" / BOT / "tick.bas").unlink()
    await stage.pass_time(SECOND)
    assert await stage.rows("schedule") == []


async def test_a_talk_goes_on_with_the_script_that_it_began_with(stage: Stage) -> None:
    stage.write('HEAR x\nTALK "old " + x')
    await stage.open()
    await stage.say("hi")
    stage.write('TALK "new"')
    await stage.pass_time(SECOND)
    assert await stage.say("a") == ["old a"]
    assert await stage.say("hi") == ["new"]


async def test_a_broken_edit_leaves_handlers_and_schedules_as_they_were(stage: Stage) -> None:
    stage.write('SET SCHEDULE "every 1 minutes"\nON EVENT "e"\n  PRINT "heard"\nEND ON\n')
    await stage.open()
    await stage.engine.settle()
    stage.write("IF TRUE THEN\n")
    await stage.pass_time(SECOND)
    assert [name for name, _ in stage.bots.problems()] == [BOT]
    await stage.engine.callers.raise_event(BOT, "e", None)
    await stage.engine.settle()
    assert [line for report in stage.reports for line in report.printed] == ["heard"]
    assert len(await stage.rows("schedule")) == 1


async def test_a_new_handler_is_started_and_a_new_bot_is_there(stage: Stage) -> None:
    stage.write("")
    await stage.open()
    await stage.engine.settle()
    stage.write('ON EVENT "e"\n  PRINT "heard"\nEND ON\n', "more.bas")
    stage.write("", bot="second")
    await stage.pass_time(SECOND)
    assert stage.bots.names() == [BOT, "second"]
    await stage.engine.callers.raise_event(BOT, "e", None)
    await stage.engine.settle()
    assert [line for report in stage.reports for line in report.printed] == ["heard"]


class Ticking(VirtualClock):
    """A clock that wakes whoever waits for a moment when it is moved on."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.moved = asyncio.Event()

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        while not wake.is_set() and (until is None or self.now() < until):
            waits = [asyncio.ensure_future(event.wait()) for event in (wake, self.moved)]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()

    def tick(self) -> None:
        self.advance(SECOND)
        self.moved.set()
        self.moved = asyncio.Event()


async def test_it_is_seen_where_nothing_else_happens(tmp_path: Path) -> None:
    clock = Ticking(START)
    stage = Stage(tmp_path, clock)
    stage.write("")
    await stage.open()
    await stage.engine.settle()
    seen, look = asyncio.Event(), stage.bots.look

    def watched(now: datetime) -> bool:
        if is_new := look(now):
            seen.set()
        return is_new

    stage.bots.look = watched  # type: ignore[method-assign]
    stage.write("", "more.bas")
    clock.tick()
    await asyncio.wait_for(seen.wait(), PATIENCE)
    await stage.close()


async def test_a_talk_keeps_the_script_that_it_began_with(stage: Stage) -> None:
    stage.write('HEAR word\nTALK "old " + word\n')
    await stage.open()
    await stage.say("hi", contact="ana")
    stage.write('TALK "Welcome."\nHEAR word\nTALK "new " + word\n')
    assert await stage.say("hi", contact="ben") == ["Welcome."]
    await stage.say("hi", contact="cid")
    await stage.reopen()
    assert await stage.say("one", contact="ana") == ["old one"]
    assert await stage.say("one", contact="ben") == ["new one"]


async def test_a_talk_keeps_the_scripts_that_it_has_called(stage: Stage) -> None:
    stage.write('CALL "ask.bas"\nTALK "start 1"\n')
    stage.write('HEAR word\nTALK "ask 1 " + word\n', "ask.bas")
    await stage.open()
    await stage.say("hi")
    stage.write('TALK "start 2"\n')
    stage.write('TALK "ask 2"\n', "ask.bas")
    await stage.reopen()
    assert await stage.say("one") == ["ask 1 one", "start 1"]


async def test_a_called_script_that_was_edited_a_moment_ago_is_kept_as_it_was_called(stage: Stage) -> None:
    stage.write('CALL "ask.bas"\n')
    stage.write('HEAR word\nTALK "ask 1 " + word\n', "ask.bas")
    await stage.open()
    stage.write('HEAR word\nTALK "ask two " + word\n', "ask.bas")
    await stage.say("hi")
    stage.write('TALK "ask three"\n', "ask.bas")
    await stage.reopen()
    assert await stage.say("one") == ["ask two one"]


async def test_a_script_that_is_broken_by_an_edit_goes_on_as_it_was(stage: Stage) -> None:
    stage.write('TALK "good"\n')
    await stage.open()
    stage.write('IF TRUE THEN\nTALK "bad"\n')
    assert await stage.say("hi") == ["good"]
