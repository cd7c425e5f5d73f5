"""Sessions that somebody ends from outside: all of one or nothing, also while a turn of theirs is under way."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import keyword
from tasktalk.runtime import sessions
from tasktalk.runtime.agenda import Heard, agenda
from tasktalk.runtime.ids import new_id
from tasktalk.runtime.turn import Turn
from tasktalk.storage import conversations
from tasktalk.storage import sessions as stored
from tasktalk.storage.database import Database
from tasktalk.storage.writes import Update, WriteSet
from tests.databases import url_of
from tests.runtime.test_deliveries import the_engine_looks
from tests.stage import ECHO, Stage, texts

COUNTING = 'n = 0\nTALK "Hello."\nDO\n  HEAR word\n  n = n + 1\n  TALK "${n} ${word}"\nLOOP\n'


async def elsewhere(stage: Stage, change: str, session_id: str, reason: str | None = None) -> None:
    """What another process does, such as a command."""
    database = await Database.open(url_of(stage.database_path))
    try:
        steer = {"end": sessions.end, "restart": sessions.restart}[change]
        await steer(database, stage.clock.now(), session_id, "ben", reason)
    finally:
        await database.close()


async def only_session(stage: Stage) -> str:
    [row] = await stage.rows("session", status="waiting")
    return str(row["id"])


async def waiting(stage: Stage, bot: str | None = None) -> list[tuple[object, ...]]:
    async with stage.database.read() as reader:
        rows = await stored.waiting(reader, 100, bot)
    return [
        (row["bot"], row["script"], row["contact"], row["waits_for"], row["task_id"], row["since"], row["until"])
        for row in rows
    ]


async def test_those_that_wait_are_listed_with_what_they_wait_for(stage: Stage) -> None:
    stage.write(ECHO)
    stage.write("WAIT 2 HOURS\n", bot="sleepy")
    stage.write('id = CREATE TASK "One"\nWAIT FOR TASK id\n', bot="patient")
    await stage.open()
    begun = stage.clock.now()
    await stage.say("hi")
    await stage.pass_time(timedelta(minutes=1))
    for bot in ("sleepy", "patient"):
        await stage.engine.callers.begin(bot, "start.bas", "test", f"{bot}'s friend", {})
        await stage.pass_time(timedelta(minutes=1))
    [task] = await stage.rows("task")
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    echo = ("helper", "start.bas", "ana", "message", None, begun, None)
    asleep = ("sleepy", "start.bas", "sleepy's friend", "time", None, begun + minute, begun + minute + 2 * hour)
    assert await waiting(stage) == [
        echo,
        asleep,
        ("patient", "start.bas", "patient's friend", "task", task["id"], begun + 2 * minute, None),
    ]
    assert await waiting(stage, "sleepy") == [asleep]
    assert await waiting(stage, "nobody") == []


@pytest.mark.parametrize("warm_conversations", [0, 100])
async def test_a_session_that_is_ended_is_over_and_the_next_message_starts_anew(
    stage: Stage, warm_conversations: int
) -> None:
    stage.write(COUNTING)
    await stage.open(warm_conversations=warm_conversations)
    await stage.say("hi")
    assert await stage.say("a") == ["1 a"]
    session_id = await only_session(stage)
    await elsewhere(stage, "end", session_id, "it talks too much")
    [row] = await stage.rows("session")
    assert (row["status"], row["state"], row["waits_for"], row["ended_at"]) == ("ended", None, None, stage.clock.now())
    assert (row["error"]["code"], row["error"]["message"]) == ("ended-from-outside", "it talks too much")
    [event] = await stage.rows("event")
    assert (event["kind"], event["subject_id"], event["actor"]) == ("session_ended", session_id, "ben")
    assert event["changes"] == {"status": ["waiting", "ended"], "reason": [None, "it talks too much"]}
    assert await stage.say("b") == ["Hello."]
    assert await stage.say("c") == ["1 c"]
    with pytest.raises(Refused, match="it has ended"):
        await elsewhere(stage, "end", session_id)
    with pytest.raises(Refused, match="there is no session ses_x"):
        await elsewhere(stage, "restart", "ses_x")


async def test_nothing_of_it_waits_any_more_and_its_run_has_failed(stage: Stage) -> None:
    stage.write('id = CREATE TASK "One"\nWAIT FOR TASK id TIMEOUT 1 HOURS\nTALK "never"\n', "waiter.bas")
    stage.write("WAIT 1 HOURS\nTALK 'never'\n", "sleeper.bas")
    stage.write("TALK 'hello'\n")
    await stage.open()
    for script in ("waiter.bas", "sleeper.bas"):
        await stage.engine.callers.begin("helper", script, "test", script, {})
    await stage.engine.settle()
    assert (len(await stage.rows("timer")), len(await stage.rows("awaited"))) == (2, 1)
    for row in await stage.rows("session"):
        await elsewhere(stage, "end", row["id"])
    assert (await stage.rows("timer"), await stage.rows("awaited")) == ([], [])
    for run in await stage.rows("run"):
        assert (run["status"], run["error"]["message"]) == ("failed", "it was ended by ben")
    await the_engine_looks(stage)
    await stage.pass_time(timedelta(hours=2))
    assert await stage.rows("message") == []


async def test_its_caller_is_told_that_it_has_failed(stage: Stage) -> None:
    stage.write('WEBHOOK "order"\nWAIT 1 HOURS\nRETURN 7\n', "order.bas")
    stage.write("TALK 'hello'\n")
    await stage.open()
    called = await stage.engine.callers.call("helper", "order.bas", "order", {}, key="1")
    assert (await stage.engine.callers.outcome(called)).status == "waiting"
    changed = stage.engine.bells.of(called.conversation_id)
    await elsewhere(stage, "end", await only_session(stage))
    await the_engine_looks(stage)
    assert changed.is_set()
    found = await stage.engine.callers.outcome(called)
    assert (found.status, (found.error or {})["code"]) == ("failed", "ended-from-outside")


async def test_a_session_that_is_restarted_begins_anew_in_its_conversation(stage: Stage) -> None:
    stage.write(COUNTING)
    await stage.open()
    receipt = await stage.receive("hi")
    await stage.answer(receipt)
    await stage.say("a")
    stage.write(COUNTING.replace("Hello.", "Hello again."))
    before = await only_session(stage)
    await elsewhere(stage, "restart", before)
    await the_engine_looks(stage)
    assert await only_session(stage) != before
    said = ["> hi", "Hello.", "> a", "1 a", "Hello again."]
    assert await stage.transcript(receipt.conversation_id) == said
    assert texts(await stage.answer(await stage.receive("b"))) == ["Hello again.", "1 b"]
    assert [row["kind"] for row in await stage.rows("event")] == ["session_restarted"]


async def test_a_run_that_is_restarted_is_given_the_same_again(stage: Stage) -> None:
    stage.write('PARAM name AS TEXT\nTALK "Dear ${name}"\nHEAR word\n', "letter.bas")
    stage.write('ON EVENT "ring"\n  TALK "ring ${event.data.n}"\n  WAIT 1 HOURS\nEND ON\n')
    await stage.open()
    await stage.engine.callers.begin("helper", "letter.bas", "test", "ana", {"name": "Ana"})
    await stage.engine.callers.raise_event("helper", "ring", {"n": 7})
    await stage.engine.settle()
    for row in await stage.rows("session", status="waiting"):
        await elsewhere(stage, "restart", row["id"])
    await the_engine_looks(stage)
    said = sorted(row["text"] for row in await stage.rows("message"))
    assert said == ["Dear Ana", "Dear Ana", "ring 7", "ring 7"]


async def test_of_an_ending_and_a_turn_at_once_the_later_loses_and_leaves_nothing(stage: Stage, tmp_path: Path) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    @keyword("LINGER", returns="nothing")
    async def linger(turn: Turn) -> None:
        """Takes so long that somebody ends the session."""
        begun.set()
        await go_on.wait()

    stage.keywords.add(linger)
    stage.write('TALK "Hello."\nHEAR word\nid = CREATE TASK "Never"\nLINGER\nTALK "never"\nHEAR word\n')
    await stage.open()
    await stage.say("hi")
    session_id = await only_session(stage)
    receipt = await stage.receive("go")
    await begun.wait()
    await elsewhere(stage, "end", session_id)
    go_on.set()
    assert texts(await stage.answer(receipt)) == ["Hello."]
    assert await stage.rows("task") == []
    assert sorted(row["status"] for row in await stage.rows("session")) == ["ended", "waiting"]


async def test_a_message_behind_a_wait_that_ends_from_outside_is_found(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.write('TALK "Wait."\nWAIT 60\nTALK "Over."\n')
    await stage.open()
    await stage.say("hi")
    await stage.engine.stop()  # nobody else looks from here on
    later, session_id = stage.clock.now() + timedelta(seconds=60), await only_session(stage)
    [heard] = await stage.rows("message", direction="in")
    writes, message_id, timer_by_id = WriteSet(), new_id("msg", later), conversations.timer_by_id
    writes.insert("message", {**heard, "id": message_id, "sequence": 3, "status": "pending", "created_at": later})
    await stage.database.commit(writes)

    async def gone(*given: Any) -> Any:
        monkeypatch.undo()
        await elsewhere(stage, "end", session_id)
        return await timer_by_id(*given)

    monkeypatch.setattr(conversations, "timer_by_id", gone)
    found = await agenda(stage.database.looks, heard["conversation_id"], later, ())
    assert found is not None
    assert isinstance(found.input, Heard)
    assert (found.input.message["id"], found.sessions) == (message_id, [])


async def test_an_ending_that_a_turn_overtakes_looks_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.write(COUNTING)
    await stage.open()
    await stage.say("hi")
    session_id = await only_session(stage)
    commit, answers = Database.commit, list[list[str]]()

    async def overtaken(self: Database, writes: WriteSet) -> None:
        is_ending = any(isinstance(write, Update) and write.values.get("status") == "ended" for write in writes.writes)
        if is_ending and len(answers) < 2:
            answers.append(await stage.say(f"w{len(answers)}"))
        await commit(self, writes)

    monkeypatch.setattr(Database, "commit", overtaken)
    await sessions.end(stage.database, stage.clock.now(), session_id, "ben")
    assert answers == [["1 w0"], ["2 w1"]]
    [row] = await stage.rows("session")
    assert (row["status"], row["version"]) == ("ended", 4)
    assert len(await stage.rows("event")) == 1
