"""Whatever is open stays, however old it gets, and whoever removes what is past may be killed at it."""

import asyncio
import signal
import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.runtime import janitor
from tasktalk.runtime.checkup import checkup
from tasktalk.runtime.ports import Channel, Delivery, Inbound
from tasktalk.storage.database import Database
from tasktalk.storage.inspection import inspected
from tasktalk.storage.writes import WriteSet
from tests.databases import url_of
from tests.patience import PATIENCE
from tests.runtime.sweeping import sweep
from tests.stage import BOT, Stage

_ALL_OF_IT = ("contact", "conversation", "profile", "task", "task_tag", "deadline", "schedule", "timer", "awaited")
Rows = dict[str, dict[str, Mapping[str, Any]]]


class Down(Channel):
    """A channel that brings nothing out."""

    def longest(self, detail: Mapping[str, Any]) -> int | None:
        return None

    async def send(self, delivery: Delivery) -> None:
        raise OSError("no way out")


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is removed takes several pages."""
    monkeypatch.setattr(janitor, "PAGE", 3)


@pytest.fixture
async def past(stage: Stage) -> Stage:
    """A database with something of everything, open and over, of which the engine has let go."""
    stage.write(
        """
        HEAR what
        SET USER NAME what
        IF what = "time" THEN
          WAIT 9000 DAYS
        END IF
        IF what = "task" THEN
          t = CREATE TASK "Tea"
          SET TASK DUE DATE t, "2026-02-01"
          SET TASK TAGS t, "green"
          x = WAIT FOR TASK t
        END IF
        IF what = "person" THEN
          TRANSFER TO HUMAN "please"
        END IF
        IF what = "over" THEN
          REMEMBER "old" = 1, "2 hours"
          REMEMBER "new" = 2
          EXIT
        END IF
        CALL "other.bas"
        """
    )
    stage.write('TALK "Other."\nTALK "Two."\nHEAR x\n', "other.bas")
    stage.write('SET SCHEDULE "every 6 hours"\nTALK "again"\n', "often.bas")
    await stage.open(channels={"down": Down()})
    words = ("hear", "time", "task", "person", *["over"] * 7)
    for number, word in enumerate(words):
        await stage.say("hi", contact=f"{word}{number}")
        await stage.say(word, contact=f"{word}{number}")
    await stage.say("nobody of the bots hears this", contact="person3")
    await stage.pass_time(timedelta(days=2))
    for word in ("hi", "hear"):
        await stage.receive(word, "fay", channel="down")
        await stage.engine.settle()
    for text in ("taken up", "by nobody"):
        await stage.engine._inbox.take(Inbound(BOT, "test", "hear0", text))
    await stage.engine.stop()
    runs, events = await stage.rows("run"), await stage.rows("event")
    writes = WriteSet()
    for run, status in zip(runs, ("queued", "held", "running"), strict=False):
        writes.update("run", {"id": run["id"]}, {"status": status, "ended_at": None})
    writes.insert("pending_event", {"event_id": events[0]["id"], "depth": 0})
    await stage.database.commit(writes)
    assert sorted(row["text"] for row in await stage.rows("message", status="pending")) == [
        *("Other.", "Two.", "by nobody", "taken up")
    ]
    return stage


async def open_rows(stage: Stage) -> Rows:
    """What something still needs, and what is no history."""
    found = {table: await stage.rows(table) for table in _ALL_OF_IT}
    pending = await stage.rows("pending_event")
    found |= {
        "session": await stage.rows("session", status="waiting"),
        "message": await stage.rows("message", status="pending"),
        "memory": await stage.rows("memory", key="new"),
        "handover": await stage.rows("handover"),
        "pending_event": pending,
        "event": [row for event in pending for row in await stage.rows("event", id=event["event_id"])],
        "run": [row for row in await stage.rows("run") if row["status"] not in ("completed", "failed")],
    }
    return {table: {repr(row): row for row in rows} for table, rows in found.items()}


async def wrong(stage: Stage) -> list[str]:
    async with inspected(url_of(stage.database_path)) as inspection:
        found = await checkup(inspection, stage.keywords, stage.clock.now())
    return [sentence for look in found.looks for sentence in look.wrong if look.at != "processes"]


async def history(stage: Stage) -> dict[str, int]:
    tables = ("session", "message", "event", "run", "run_start", "memory", "program")
    return {table: len(await stage.rows(table)) for table in tables}


async def test_what_is_open_stays_for_ever(past: Stage) -> None:
    before = await open_rows(past)
    assert [table for table, rows in before.items() if not rows] == []
    much = await history(past)
    await sweep(past.database)
    assert await open_rows(past) == before
    assert await wrong(past) == []
    left = await history(past)
    assert left["session"] == len(before["session"])
    assert left["run"] == len(before["run"])
    assert left["memory"] == len(before["memory"])
    assert left["event"] == 2 < much["event"]  # the pending one, and the last: the numbers go on from it
    assert left["message"] < much["message"]
    assert sorted(row["name"] for row in await past.rows("program")) == ["other.bas", "start.bas"]


async def test_a_sweep_that_is_killed_leaves_nothing_half_removed(past: Stage) -> None:
    before, much = await open_rows(past), await history(past)
    await past.database.close()
    for instant, number in (("before-commit", 1), ("after-commit", 1), ("before-commit", 3), ("after-commit", 4)):
        assert await _killed(past, instant, number) == -signal.SIGKILL
        past.database = await Database.open(url_of(past.database_path))
        assert await open_rows(past) == before
        assert await wrong(past) == []
        less = await history(past)
        assert (less == much) == ((instant, number) == ("before-commit", 1))
        much = less
        await past.database.close()
    past.database = await Database.open(url_of(past.database_path))
    await sweep(past.database)
    assert await open_rows(past) == before
    assert (await history(past))["session"] == len(before["session"])


async def _killed(stage: Stage, instant: str, number: int) -> int:
    sweeping = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.runtime.sweeping", url_of(stage.database_path), instant, str(number)
    )
    return await asyncio.wait_for(sweeping.wait(), PATIENCE)
