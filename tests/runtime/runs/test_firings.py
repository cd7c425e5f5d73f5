"""Runs of tasks that begin with their due times, and what becomes of one whose place was taken meanwhile."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.runs.beginning import Begun
from tasktalk.runtime.runs.lines import Lines
from tasktalk.runtime.scheduler import Scheduler
from tasktalk.storage.writes import Row, WriteSet
from tests.runtime.runs.acts import go_on, make, within
from tests.stage import Stage

QUARTER = timedelta(minutes=15)


async def test_a_run_whose_place_was_taken_meanwhile_stands_in_line(stage: Stage) -> None:
    stage.write("RETURN")
    await stage.open()
    task = await make(stage, schedule="every 15 minutes")
    other = await make(stage, "Other", schedule="every 15 minutes")
    await stage.engine.stop()  # nobody else looks from here on
    now, lines = stage.clock.now() + QUARTER, Lines(stage.database, stage.bots, Conduct())
    scheduler = Scheduler(stage.database, VirtualClock(now), stage.bots, lambda _: None, lines)
    async with stage.database.read() as reader:
        due = await scheduler.due(reader, now)
    page = await scheduler._page(due)
    _, runs = within(stage)
    asked = await runs.trigger(task.id)
    await runs.work.commit()
    [begun] = await lines.keep(now)  # it is in the line's first place by now, and the page knows nothing of it

    async def known(_: object) -> object:
        return page

    scheduler._page = known  # type: ignore[method-assign,assignment]
    woken = await scheduler.fire(due, now)
    found = {(row["task_id"], row["cause"]): row for row in await stage.rows("run")}
    assert sorted(found) == sorted([(task.id, "schedule"), (task.id, "trigger"), (other.id, "schedule")])
    assert [each.conversation_id for each in woken] == ["", ""]
    assert (found[task.id, "trigger"]["id"], found[task.id, "trigger"]["conversation_id"]) == (asked, begun)
    assert [found[each.id, "schedule"]["line"] for each in (task, other)] == [None, None]
    assert [row["next_run_at"] for row in await stage.rows("schedule")] == [now + QUARTER] * 2


async def test_a_turn_sees_what_its_task_became_after_it_was_fired(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.write("RETURN task.title")
    await stage.open()
    task = await make(stage, "Before", schedule="every 15 minutes")
    fire = Scheduler.fire

    async def fired(self: Scheduler, due: Sequence[Row], now: datetime) -> list[Begun]:
        begun = await fire(self, due, now)
        if due and len(await stage.rows("run")) == 2:
            tasks, _ = within(stage)
            await tasks.update(task.id, {"title": "After"})
            await tasks.work.commit()
        return begun

    monkeypatch.setattr(Scheduler, "fire", fired)
    for _ in range(3):
        await stage.pass_time(QUARTER)
    said = [row["result"]["value"] for row in sorted(await stage.rows("run"), key=lambda row: str(row["id"]))]
    assert said == ["Before", "After", "After"]


async def test_two_schedules_due_at_once_open_one_talk_with_their_contact(stage: Stage) -> None:
    stage.write("TALK task.title")
    await stage.open()
    writes = WriteSet()
    contact = {"id": "con_1", "channel": "test", "address": "ana", "name": None, "created_at": stage.clock.now()}
    writes.insert("contact", contact)
    await stage.database.commit(writes)
    for title in ("One", "Two"):
        await make(stage, title, schedule="every 15 minutes", contact_id="con_1")
    await stage.pass_time(QUARTER)
    await go_on(stage)
    [talk] = await stage.rows("conversation")
    assert [row["conversation_id"] for row in await stage.rows("run")] == [talk["id"]] * 2
    assert sorted(await stage.transcript(talk["id"])) == ["One", "Two"]
    assert [row["status"] for row in await stage.rows("run")] == ["completed"] * 2
