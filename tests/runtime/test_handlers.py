"""What happens to tasks, and events that are raised, start the handlers that scripts declare."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tasktalk.interpreter.keyword import keyword
from tasktalk.runtime.accounts import DEFAULT_ORGANISATION, Accounts
from tasktalk.runtime.bots import Bots
from tasktalk.runtime.calls import Calls
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.dispatcher import TRIES, Dispatcher
from tasktalk.runtime.handlers import Handlers
from tasktalk.runtime.occasions import SUBMITTED, Occasion, occasion
from tasktalk.runtime.sources import Sources
from tasktalk.runtime.tasks.model import Actor, NewTask
from tasktalk.runtime.tasks.service import Tasks
from tasktalk.runtime.turn import Turn
from tasktalk.runtime.work import UnitOfWork
from tasktalk.storage import conversations, events
from tasktalk.storage.database import Database, Reader
from tasktalk.storage.writes import Conflict, Insert, Row, Update, WriteSet
from tests.conftest import START
from tests.databases import private_url
from tests.stage import BOT, Stage

HANDLERS = """
ON TASK CREATED
  PRINT "created "; task.title; " "; event.actor
END ON
ON TASK ASSIGNED
  PRINT "assigned to "; task.assignee; ", was "; event.changes.assignee.before ?? "nobody"
END ON
ON TASK OVERDUE
  PRINT "overdue "; task.title
END ON
ON TASK CANCELLED
  PRINT "cancelled "; task.title
END ON
ON TASK DELETED
  PRINT "deleted "; task.title
END ON
ON EVENT "Order Paid"
  PRINT "paid "; event.amount; " "; data.amount
END ON
"""


def printed(stage: Stage) -> list[str]:
    return [line for report in stage.reports for line in report.printed]


class Office:
    """Somebody who works on tasks from outside of any talk."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def __call__(self, verb: str, *arguments: object, settles: bool = True) -> str:
        work = UnitOfWork(self.stage.database, self.stage.clock.now())
        tasks = Tasks(work, Actor("rest", DEFAULT_ORGANISATION, "test"))
        found = await getattr(tasks, verb)(*arguments)
        await work.commit()
        if settles:
            await self.stage.engine.settle()
        return str(found[0].id if isinstance(found, tuple) else found.id)


async def test_each_thing_that_happens_to_a_task_starts_its_handlers_once(stage: Stage) -> None:
    stage.write(HANDLERS)
    await stage.open()
    office = Office(stage)
    task_id = await office("create", NewTask("Call", due_at=stage.clock.now() + timedelta(hours=1)))
    await office("update", task_id, {"assignee": "ana"})
    await office("update", task_id, {"assignee": "bo"})
    await stage.pass_time(timedelta(days=3))
    await office("update", task_id, {"status": "cancelled"})
    await office("delete", task_id)
    assert printed(stage) == [
        "created Call rest",
        "assigned to ana, was nobody",
        "assigned to bo, was ana",
        "overdue Call",
        "cancelled Call",
        "deleted Call",
    ]
    assert await stage.rows("pending_event") == []
    assert await stage.rows("deadline") == []
    await stage.reopen()
    await stage.engine.settle()
    assert printed(stage) == []


async def test_a_task_that_is_done_in_time_never_falls_overdue(stage: Stage) -> None:
    stage.write(HANDLERS)
    await stage.open()
    office = Office(stage)
    task_id = await office("create", NewTask("Call", due_at=stage.clock.now() + timedelta(hours=1)))
    await office("complete", task_id)
    await stage.pass_time(timedelta(days=3))
    assert printed(stage) == ["created Call rest"]
    await office("update", task_id, {"status": "pending"})
    assert printed(stage)[-1] == "overdue Call"


async def test_an_event_is_raised_by_its_name_and_a_repeat_changes_nothing(stage: Stage) -> None:
    stage.write(HANDLERS)
    await stage.open()
    first = await stage.engine.callers.raise_event(BOT, "order paid", {"amount": 7}, key="k1")
    assert await stage.engine.callers.raise_event(BOT, "order paid", {"amount": 8}, key="k1") == first
    await stage.engine.settle()
    await stage.engine.callers.raise_event(BOT, "unheard of", None)
    await stage.engine.settle()
    assert printed(stage) == ["paid 7 7"]


async def test_a_task_of_one_bot_is_no_concern_of_the_others(stage: Stage) -> None:
    stage.write('id = CREATE TASK "Mine"\nON TASK CREATED\n  PRINT "first"\nEND ON\n')
    stage.write('ON TASK CREATED\n  PRINT "second "; bot\nEND ON\n', bot="other")
    await stage.open()
    await stage.say("hi")
    await stage.engine.settle()
    assert printed(stage) == ["first"]
    await Office(stage)("create", NewTask("Nobody's"))
    assert sorted(printed(stage)) == ["first", "first", "second other"]


async def test_a_handler_that_causes_its_own_event_comes_to_an_end(stage: Stage) -> None:
    stage.write('id = CREATE TASK "t"\nON TASK CREATED\n  WAIT 1\n  again = CREATE TASK "t"\nEND ON\n')
    await stage.open()
    await stage.say("hi")
    await stage.pass_time(timedelta(hours=1))
    assert len(await stage.rows("task")) == 11
    assert await stage.rows("pending_event") == []


async def test_handlers_that_cause_more_and_more_events_come_to_an_end(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.write('id = CREATE TASK "t"\nON TASK CREATED\n  FOR i = 1 TO 4\n    x = CREATE TASK "t"\n  NEXT\nEND ON\n')
    await stage.open()
    await stage.say("hi")
    await stage.engine.settle()
    assert len(await stage.rows("run")) == 1 + 4 + 16 + 64
    assert len(await stage.rows("task")) == 1 + 4 + 16 + 64 + 256
    assert await stage.rows("pending_event") == []
    told = [record.getMessage() for record in caplog.records if "limit: " in record.getMessage()]
    assert len(told) == 1  # of 256
    assert "the handlers of task_created of " in told[0]


async def test_many_handlers_that_cause_events_come_to_an_end(stage: Stage) -> None:
    handler = 'ON TASK CREATED\n  x = CREATE TASK "t"\nEND ON\n'
    stage.write('id = CREATE TASK "t"\n' + handler)
    for name in ("two.bas", "three.bas", "four.bas"):
        stage.write(handler, name)
    await stage.open()
    await stage.say("hi")
    await stage.engine.settle()
    assert len(await stage.rows("run")) == 4 + 16 + 64 + 256
    assert await stage.rows("pending_event") == []


async def test_a_handler_can_cause_hundreds_of_events(stage: Stage) -> None:
    stage.write(
        'id = CREATE TASK "one"\nON TASK CREATED\n  IF task.title = "one" THEN\n    FOR i = 1 TO 256\n'
        '      x = CREATE TASK "more"\n    NEXT\n  ELSE\n    PRINT "done"\n  END IF\nEND ON\n'
    )
    await stage.open()
    await stage.say("hi")
    await stage.engine.settle()
    assert printed(stage) == ["done"] * 256


async def test_a_fault_with_one_event_keeps_no_other_from_its_handlers(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stage.write(HANDLERS)
    await stage.open()

    def faulty(row: Row) -> Occasion | None:
        if row["changes"]["data"] == [None, {"amount": 1}]:
            raise KeyError("a fault of ours")
        return occasion(row)

    monkeypatch.setattr("tasktalk.runtime.dispatcher.occasion", faulty)
    for amount in (1, 2):
        await stage.engine.callers.raise_event(BOT, "order paid", {"amount": amount})
    await stage.engine.settle()
    assert printed(stage) == ["paid 2 2"]
    assert await stage.rows("pending_event") == []
    assert "a fault of ours" in caplog.text


def test_what_handlers_are_told_is_made_only_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[object] = []
    monkeypatch.setattr("tasktalk.runtime.occasions._shown", shown.append)
    row = {"kind": "task_created", "actor": "ana", "changes": {"title": [None, "Call"], "assignee": [None, "ben"]}}
    happened = occasion(row)
    assert happened is not None
    assert happened.phrases == ("ON TASK CREATED", "ON TASK ASSIGNED")
    assert shown == []
    assert happened.tell()["actor"] == "ana"
    assert shown == [row["changes"]]


async def test_files_are_looked_at_once_a_second_however_much_happens(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.write(HANDLERS)
    bots, looks = Bots.load(stage.folder / "bots", stage.keywords), list[None]()
    monkeypatch.setattr(Bots, "refresh", lambda _: looks.append(None))
    handlers = Handlers(bots)
    seen = []
    for milliseconds in (0, 10, 999, 1000, 1001, 2000):
        handlers.refresh(START + timedelta(milliseconds=milliseconds))
        seen.append(len(looks))
    assert seen == [1, 1, 1, 2, 2, 3]


async def test_an_edited_script_does_not_break_a_handler_that_is_under_way(stage: Stage) -> None:
    stage.write('id = CREATE TASK "t"\nON TASK CREATED\n  WAIT 60\n  PRINT "old"\nEND ON\n')
    await stage.open(warm_conversations=0)
    await stage.say("hi")
    await stage.engine.settle()
    stage.write('TALK "new"\n')
    await stage.reopen()
    await stage.pass_time(timedelta(minutes=2))
    assert printed(stage) == ["old"]


async def test_a_task_that_ends_while_a_script_begins_to_wait_for_it_ends_the_wait(tmp_path: Path) -> None:
    office: list[Office] = []

    @keyword("MEANWHILE <task>")
    async def meanwhile(turn: Turn, task: str) -> None:
        """Somebody else completes the task, once."""
        if office:
            await office.pop()("complete", task.removeprefix("tsk_"), settles=False)

    stage = Stage(tmp_path, VirtualClock(START), [meanwhile])
    stage.write('id = CREATE TASK "t"\nHEAR x\nTALK GET TASK STATUS id\nMEANWHILE id\nTALK WAIT FOR TASK id\n')
    await stage.open()
    office.append(Office(stage))
    await stage.say("hi")
    assert await stage.say("go") == ["completed", "completed"]
    await stage.close()


async def test_a_task_that_ends_as_a_wait_for_it_is_given_up_cuts_no_later_question_short(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.write(
        'id = CREATE TASK "t"\nSET BOT MEMORY "id", id\nWAIT FOR TASK id TIMEOUT 60\nHEAR x\nTALK x ?? "no answer"\n'
    )
    await stage.open()
    await stage.say("hi")
    (task,) = await stage.rows("task")
    async with stage.database.read() as reader:
        read_before = [await conversations.awaiting(reader, task["id"])]
    await stage.pass_time(timedelta(minutes=2))
    really = conversations.awaiting

    async def awaiting(reader: Reader, task_id: str) -> Sequence[Row]:
        return read_before.pop() if read_before else await really(reader, task_id)

    monkeypatch.setattr(conversations, "awaiting", awaiting)
    await Office(stage)("complete", task["id"])
    assert read_before == []
    assert await stage.rows("pending_event") == []
    assert await stage.say("blue") == ["blue"]


async def test_an_event_that_always_meets_a_rival_stays_and_keeps_no_other_from_its_handlers(stage: Stage) -> None:
    stage.write(HANDLERS)
    bots = Bots.load(stage.folder / "bots", stage.keywords)
    database = await Database.open(private_url())
    calls, poked = Calls(database, stage.clock, _nothing), list[str]()
    blocked = await calls.raise_event(BOT, "Order Paid", {}, None)
    await calls.raise_event(BOT, "Order Paid", {}, None)
    tries: list[int] = []

    class Rival:
        read = database.read

        async def commit(self, writes: WriteSet) -> None:
            if any(isinstance(each, Update) and each.key.get("event_id") == blocked for each in writes.writes):
                tries.append(len(writes.writes))
                raise Conflict("run", {"event_id": blocked}, "somebody was here")
            await database.commit(writes)

    def made(on: Any) -> Dispatcher:
        keep = Sources(database, stage.clock, bots).keep
        return Dispatcher(on, stage.clock, bots, Handlers(bots), keep, poked.append, lambda _: None)

    with pytest.raises(Conflict):
        await made(Rival()).dispatch()
    assert (len(tries), len(poked)) == (1 + TRIES, 1)
    async with database.read() as reader:
        assert [row["id"] for row in await events.pending(reader, 10)] == [blocked]
    assert await made(database).dispatch()
    assert not await made(database).dispatch()
    assert poked == 2 * poked[:1]
    await database.close()


async def test_a_form_of_a_server_that_was_killed_starts_its_handler_once(stage: Stage) -> None:
    stage.write('ON FORM SUBMIT "contact"\n  PRINT form; " "; fields.name; " "; event.name\nEND ON\n')
    await stage.open()
    # Written, and then nobody was told: as by a process that dies after its commit.
    await Calls(stage.database, stage.clock, _nothing).raise_event(BOT, "Contact", {"name": "Ana"}, None, SUBMITTED)
    await stage.reopen()
    await stage.engine.settle()
    assert printed(stage) == ["Contact Ana Ana"]
    await stage.reopen()
    await stage.engine.settle()
    assert printed(stage) == []


async def test_handlers_start_in_the_order_of_the_commits_not_in_that_of_the_ids(clock: VirtualClock) -> None:
    database = await Database.open(private_url())
    await Accounts(database, clock).ensure_organisation()
    units = [UnitOfWork(database, clock.now()) for _ in range(3)]
    for unit, title in zip(units, "abc", strict=True):
        await Tasks(unit, Actor("rest", DEFAULT_ORGANISATION, "test")).create(NewTask(title))
    for unit in (units[2], units[0], units[1]):
        await unit.commit()
    async with database.read() as reader:
        assert [row["changes"]["title"][1] for row in await events.pending(reader, 10)] == ["c", "a", "b"]
        first, *later = await events.after(reader, "task", 0)
        assert [row["id"] for row in await events.after(reader, "task", first["sequence"])] == [r["id"] for r in later]
    assert first["id"] > later[0]["id"]
    assert [first["sequence"], *(row["sequence"] for row in later)] == [1, 2, 3]
    await database.close()


async def test_events_that_share_a_commit_are_numbered_in_their_order(stage: Stage) -> None:
    stage.write("")
    await stage.open()
    units = [UnitOfWork(stage.database, stage.clock.now()) for _ in range(20)]
    for unit in units:
        for kind in ("first", "second"):
            unit.record(kind, "test", "x", organisation_id=None, actor="a", source="s", changes={})
    await asyncio.gather(*(unit.commit() for unit in reversed(units)))
    async with stage.database.read() as reader:
        found = await events.after(reader, "test", 0)
    wanted = [
        write.row["id"]
        for unit in reversed(units)
        for write in unit.writes.writes
        if isinstance(write, Insert) and write.table == "event"
    ]
    assert [row["id"] for row in found] == wanted


def _nothing(_: str) -> None:
    return
