"""What is past goes when it is time, and what is needed stays."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tasktalk.runtime import janitor
from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.ports import Channel, Delivery, Inbound
from tasktalk.runtime.retention import Keep
from tasktalk.storage.writes import WriteSet
from tests.conftest import START
from tests.runtime.runs.acts import make, statuses, trigger
from tests.stage import BOT, Stage

DAY = timedelta(days=1)
SHORT = Keep(messages=DAY, events=DAY, sessions=DAY, runs=DAY, programs=DAY)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is removed takes several pages."""
    monkeypatch.setattr(janitor, "PAGE", 3)


async def count(stage: Stage, table: str, **where: Any) -> int:
    return len(await stage.rows(table, **where))


class Down(Channel):
    """A channel that brings nothing out."""

    def longest(self, detail: Mapping[str, Any]) -> int | None:
        return None

    async def send(self, delivery: Delivery) -> None:
        raise OSError("no way out")


async def test_talks_that_ended_go_after_their_time(stage: Stage) -> None:
    stage.write('TALK "Hello."\n')
    await stage.open(keep=SHORT)
    for i in range(10):
        await stage.say("hi", contact=f"c{i}")
    await stage.pass_time(DAY - timedelta(hours=2))
    assert await count(stage, "session", status="ended") == 10
    await stage.pass_time(timedelta(hours=4))
    assert await count(stage, "session") == 0
    assert await count(stage, "message") == 10  # the last of each conversation: the numbers go on from it
    assert await stage.say("hi", contact="c3") == ["Hello."]
    assert [row["sequence"] for row in await stage.rows("message", direction="in")] == [3]


async def test_for_ever_is_the_default_for_messages_and_events(stage: Stage) -> None:
    stage.write('x = CREATE TASK "Tea"\nTALK "Hello."\n')
    await stage.open()
    for _ in range(5):
        await stage.say("hi")
    events = await count(stage, "event")
    await stage.pass_time(DAY * 4000)
    assert (await count(stage, "message"), await count(stage, "event")) == (10, events)
    assert events >= 5
    assert await count(stage, "session") == 0


async def test_runs_and_what_they_said_go_and_the_schedule_goes_on(stage: Stage) -> None:
    stage.write('SET SCHEDULE "every 6 hours"\nTALK "again"\n')
    await stage.open(keep=SHORT)
    await stage.pass_time(DAY * 10)
    runs = [row["planned_at"] - START for row in await stage.rows("run")]
    assert min(runs) >= DAY * 9 - timedelta(hours=1)
    assert len(runs) in (4, 5)
    numbers = [row["sequence"] for row in await stage.rows("message")]
    assert numbers == list(range(numbers[0], 41))
    assert len(numbers) in (4, 5)


async def test_a_waiting_session_keeps_its_programs_and_goes_on(stage: Stage) -> None:
    stage.write('CALL "other.bas"\nTALK "End."\n')
    stage.write('HEAR x\nTALK "You said " + x\nHEAR y\nTALK y\n', "other.bas")
    await stage.open(keep=SHORT)
    assert await stage.say("hi") == []
    for version in range(5):  # each is stored when it was begun with
        stage.write(f'TALK "Version {version}."\n')
        stage.write(f"PRINT {version}\n", "other.bas")
        assert await stage.say("hi", contact=f"c{version}") == [f"Version {version}."]
    stage.write('TALK "New."\n')
    await stage.reopen(keep=SHORT)
    stored = await count(stage, "program")
    await stage.pass_time(DAY * 3)
    names = sorted(row["name"] for row in await stage.rows("program"))
    assert names == ["other.bas", "other.bas", "start.bas", "start.bas"]  # those of the files, and those of the talk
    assert stored > len(names)
    assert await stage.say("first") == ["You said first"]
    await stage.reopen(keep=SHORT)
    assert await stage.say("second") == ["second", "End."]
    await stage.pass_time(DAY * 3)
    assert await count(stage, "program") == 2


async def test_another_process_removed_a_program_that_is_begun_with(stage: Stage) -> None:
    stage.write('TALK "Hello."\n')
    await stage.open()
    [program] = await stage.rows("program")
    writes = WriteSet()
    writes.delete("program", {"id": program["id"]})
    await stage.database.commit(writes)
    assert await stage.say("hi") == ["Hello."]
    assert [row["id"] for row in await stage.rows("program")] == [program["id"]]


async def test_what_is_not_delivered_or_not_heard_stays(stage: Stage, clock: VirtualClock) -> None:
    stage.write('TALK "one"\nTALK "two"\nTALK "three"\n')
    await stage.open(channels={"test": Down()}, keep=SHORT)
    await stage.receive("hi")
    await stage.engine.settle()
    await stage.close()
    clock.advance(DAY * 3)
    await stage.open(channels={"test": Down()}, keep=SHORT)
    await stage.engine.settle()
    assert [row["text"] for row in await stage.rows("message", status="pending")] == ["one", "two", "three"]
    assert await count(stage, "message", direction="in") == 0


async def test_a_late_answer_keeps_its_question(stage: Stage, clock: VirtualClock) -> None:
    stage.write('TALK "Hello."\nWAIT 5 DAYS\nTALK "Five days."\nHEAR x\nTALK "Six."\n')
    await stage.open(keep=SHORT)
    await stage.say("hi", message_id="1")
    await stage.pass_time(DAY * 6)
    assert await stage.say("yes", message_id="2") == ["Five days.", "Six."]
    await stage.pass_time(timedelta(hours=2))
    assert await stage.say("yes", message_id="2") == ["Five days.", "Six."]
    assert [row["provider_id"] for row in await stage.rows("message", direction="in")] == ["2"]


async def test_an_old_delivery_that_is_taken_up_late_gets_its_answer(stage: Stage, clock: VirtualClock) -> None:
    stage.write('TALK "Hello."\n')
    await stage.open(keep=SHORT)
    # It is on disk, and then the process dies.
    receipt, _ = await stage.engine._inbox.take(Inbound(BOT, "test", "ana", "hi", "1"))
    await stage.close()
    clock.advance(DAY * 9)
    await stage.open(keep=SHORT)
    await stage.engine.settle()
    assert [message.text for message in await stage.answer(receipt)] == ["Hello."]


async def test_events_that_are_pending_stay_and_the_last_one_does(stage: Stage, clock: VirtualClock) -> None:
    stage.write('x = CREATE TASK "Tea"\n')
    await stage.open(keep=SHORT)
    for _ in range(8):
        await stage.say("hi")
    await stage.engine.settle()
    first, *_, last = sorted(await stage.rows("event"), key=lambda row: row["sequence"])
    stage.engine._housekeeping._dispatcher.dispatch = _nothing  # type: ignore[method-assign]
    writes = WriteSet()
    writes.insert("pending_event", {"event_id": first["id"], "depth": 0})
    await stage.database.commit(writes)
    await stage.pass_time(DAY * 3)
    assert {row["id"] for row in await stage.rows("event")} == {first["id"], last["id"]}


async def _nothing() -> bool:
    return False


async def test_memories_go_when_they_are_to_be_forgotten(stage: Stage) -> None:
    stage.write('REMEMBER "a" = 1, "2 hours"\nREMEMBER "b" = 2\n')
    await stage.open()
    await stage.say("hi")
    assert await count(stage, "memory") == 2
    await stage.pass_time(timedelta(hours=4))
    assert [row["key"] for row in await stage.rows("memory")] == ["b"]


async def test_a_pass_is_bounded_and_goes_on_soon(
    stage: Stage, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.write('TALK "Hello."\n')
    await stage.open(keep=SHORT)
    for i in range(20):
        await stage.say("hi", contact=f"c{i}")
    await stage.engine.settle()
    clock.advance(DAY + timedelta(minutes=1))
    monkeypatch.setattr(janitor, "PAGES", 2)
    await stage.engine.settle()
    assert await count(stage, "session") == 20 - 2 * janitor.PAGE
    await stage.pass_time(timedelta(seconds=59))
    assert await count(stage, "session") == 20 - 2 * janitor.PAGE
    await stage.pass_time(timedelta(seconds=1))
    assert await count(stage, "session") == 20 - 4 * janitor.PAGE


async def test_what_changes_meanwhile_is_a_conflict_and_stays(stage: Stage, clock: VirtualClock) -> None:
    stage.write('TALK "Hello."\nHEAR x\n')
    await stage.open(keep=SHORT)
    await stage.say("hi")
    await stage.engine.settle()
    [session] = await stage.rows("session")
    writes = WriteSet()
    past = {"status": "ended", "ended_at": START}
    writes.update("session", {"id": session["id"]}, past)  # and yet something refers to it
    writes.insert(
        "awaited", {"session_id": session["id"], "task_id": "t", "conversation_id": session["conversation_id"]}
    )
    await stage.database.commit(writes)
    await stage.pass_time(DAY * 2)
    assert await count(stage, "session") == 1


def test_what_is_too_short() -> None:
    with pytest.raises(ValueError, match="expected messages to be kept for a day or longer"):
        Keep(messages=timedelta(hours=23))


async def test_budgets_and_kept_answers_of_requests_go_after_a_day(stage: Stage) -> None:
    stage.write('TALK "Hello."\n')
    await stage.open()
    await Accounts(stage.database, stage.clock).create_user("Ana", user_id="u1")
    for number in range(8):
        writes, begun = WriteSet(), stage.clock.now()
        writes.insert("budget", {"user_id": "u1", "kind": f"k{number}", "count": 1, "begun_at": begun})
        answer = {"digest": "d", "status": 201, "headers": {}, "body": b"{}", "created_at": begun}
        writes.insert("kept_answer", {"user_id": "u1", "key": f"k{number}", **answer})
        await stage.database.commit(writes)
        await stage.pass_time(timedelta(hours=1))
    await stage.pass_time(DAY - timedelta(hours=4))
    for table, name in (("budget", "kind"), ("kept_answer", "key")):
        assert sorted(row[name] for row in await stage.rows(table)) == ["k4", "k5", "k6", "k7"]
    await stage.pass_time(timedelta(hours=5))
    assert (await count(stage, "budget"), await count(stage, "kept_answer")) == (0, 0)


async def of_runs(stage: Stage) -> dict[str, list[str]]:
    """What is left of the runs of tasks: the conversations, and those that each table still mentions."""
    talks = [row["id"] for row in await stage.rows("conversation", channel="task")]
    tables = ("run", "message", "session")
    left = {table: [row["conversation_id"] for row in await stage.rows(table)] for table in tables}
    return {"talks": talks, "contacts": [row["address"] for row in await stage.rows("contact")], **left}


async def test_a_talk_that_a_run_has_for_itself_goes_with_the_run(stage: Stage) -> None:
    stage.write('TALK "Report."\nREMEMBER "x", 1\n')
    await stage.open(keep=Keep(runs=DAY, sessions=None))
    task = await make(stage, schedule="every 6 hours", session_ms=0)
    await stage.pass_time(DAY * 10)
    left = await of_runs(stage)
    assert len(left["run"]) in (4, 5)
    # The first one is the task's own, in which what scripts do for its events is done, too.
    assert left["talks"][1:] == left["run"]
    for table in ("message", "session"):
        assert set(left[table]) == set(left["talks"])
    assert left["contacts"][0] == task.id
    assert len(left["contacts"]) == len(left["talks"])


async def test_a_talk_of_several_runs_goes_with_the_last_of_them(stage: Stage) -> None:
    stage.write('TALK "Report."\n')
    await stage.open(keep=Keep(runs=DAY))
    task = await make(stage, session_ms=3_600_000)
    await trigger(stage, task)  # in the task's own talk
    await stage.pass_time(timedelta(minutes=90))
    await trigger(stage, task)
    await stage.pass_time(timedelta(minutes=40))
    await trigger(stage, task)
    _, talk = (await of_runs(stage))["talks"]
    assert [run == talk for run in (await of_runs(stage))["run"]] == [False, True, True]
    await stage.pass_time(DAY - timedelta(minutes=5))
    assert (await of_runs(stage))["run"] == [talk]
    assert talk in (await of_runs(stage))["talks"]
    await stage.pass_time(timedelta(hours=1))
    left = await of_runs(stage)
    assert left["run"] == []
    assert talk not in left["talks"]
    await trigger(stage, task)
    assert await statuses(stage) == ["completed"]


async def test_a_talk_in_which_something_is_left_to_do_stays_when_its_run_goes(stage: Stage) -> None:
    stage.write('TALK "Report."\n')
    await stage.open(keep=Keep(runs=DAY))
    task = await make(stage, session_ms=0)
    for _ in range(2):
        await trigger(stage, task)
    writes, [_, talk] = WriteSet(), await stage.rows("conversation")
    writes.insert("handover", {"conversation_id": talk["id"], "reason": None, "since": stage.clock.now()})
    await stage.database.commit(writes)
    await stage.pass_time(DAY * 3)
    left = await of_runs(stage)
    assert left["run"] == []
    assert talk["id"] in left["talks"]
