"""A caller who waits for the answer: the message is stored together with its turn, or not at all."""

import asyncio
from collections.abc import Sequence
from contextvars import Context, ContextVar
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeGuard

import pytest

from tasktalk.runtime.about import ids
from tasktalk.runtime.agenda import Agenda, agenda
from tasktalk.runtime.arrivals import Arrival, Elsewhere
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.engine import Stopped
from tasktalk.runtime.ports import Inbound, Receipt
from tasktalk.storage import conversations
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.reading import Reader, Readers
from tasktalk.storage.writes import Insert, Update, Write, WriteSet
from tests.patience import PATIENCE
from tests.runtime.asking import Service
from tests.stage import BOT, ECHO, Stage

asked_here: ContextVar[bool] = ContextVar("asked_here", default=False)


def is_of_the_turn() -> bool:
    """Whether the caller or a conversation is at work: the rounds of a process read at any time, about nobody."""
    return asked_here.get() or bool(ids())


async def begun(stage: Stage, source: str = ECHO) -> list[WriteSet]:
    """Opens a talk with ana, and lists what is committed from then on."""
    stage.write(source)
    await stage.open()
    await stage.converse("hi", message_id="first")
    commit, seen = stage.database.commit, []

    async def committing(writes: WriteSet) -> None:
        seen.append(writes)
        await commit(writes)

    stage.database.commit = committing  # type: ignore[method-assign]
    return seen


async def test_a_turn_is_one_commit_and_reads_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = await begun(stage)
    await stage.engine.settle()
    seen.clear()
    begin = Readers.begin

    async def reading(readers: Readers) -> Any:
        if is_of_the_turn():
            pytest.fail("it has read")
        return await begin(readers)

    monkeypatch.setattr(Readers, "begin", reading)
    asked_here.set(True)
    assert await stage.converse("one", message_id="1") == ["You said one"]
    monkeypatch.undo()
    [writes] = [each for each in seen if any(write.table == "message" for write in each.writes)]
    [heard, said] = [w.row for w in writes.writes if isinstance(w, Insert) and w.table == "message"]
    assert (heard["direction"], heard["status"], heard["sequence"]) == ("in", "heard", 3)
    assert (said["direction"], said["answers"], said["sequence"]) == ("out", 3, 4)


async def test_a_turn_writes_of_its_session_what_is_new(stage: Stage) -> None:
    """What is named is written with all its indexes, be it as it was."""
    seen = await begun(stage, 'HEAR word\nHEAR word\nHEAR n AS INTEGER\nTALK "So it is."\nWAIT 60\nHEAR word\n')
    await stage.converse("word")
    await stage.converse("word")
    await stage.converse("3")
    await stage.pass_time(timedelta(seconds=60))
    await stage.converse("word")
    always = {"version", "updated_at", "state"}
    names = [{*write.values} for each in seen for write in each.writes if _is_of_session(write)]
    question, waits = {"wait_request"}, {"waits_for", "wait_keyword", "wait_request"}
    assert names == [always, always | question, always | waits, always | waits, always | waits | {"status", "ended_at"}]
    [row] = await stage.rows("session")
    assert (row["status"], row["waits_for"], row["wait_keyword"], row["error"]) == ("ended", None, None, None)


def _is_of_session(write: Write) -> TypeGuard[Update]:
    return isinstance(write, Update) and write.table == "session"


async def test_what_a_question_takes_for_no_answer_is_the_same_after_a_restart(stage: Stage) -> None:
    """Questions that differ in nothing but that, and to Python TRUE is 1."""
    await begun(
        stage, "HEAR a DEFAULT 1\nHEAR b DEFAULT TRUE\nTALK b\nHEAR c DEFAULT 0\nHEAR d DEFAULT FALSE\nTALK d\n"
    )
    said = []
    for number in range(4):
        said += await stage.converse("", message_id=str(number))
        await stage.reopen()
    assert said == ["true", "false"]


async def test_a_turn_after_a_long_silence_is_one_commit_and_few_waits(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(stage)
    await stage.reopen()
    await stage.engine.settle()
    read, commit = Reader._fetch_each, stage.database.commit
    waits, commits = [], []

    async def reading(reader: Reader, asked: Sequence[Any]) -> Sequence[Any]:
        if is_of_the_turn():
            waits.append(asked)
        return await read(reader, asked)

    async def committing(writes: WriteSet) -> None:
        commits.append(writes)
        await commit(writes)

    monkeypatch.setattr(Reader, "_fetch_each", reading)
    stage.database.commit = committing  # type: ignore[method-assign]
    asked_here.set(True)
    assert await stage.converse("one", message_id="1") == ["You said one"]
    monkeypatch.undo()
    # where it belongs, what is to do there, what nobody has got yet, and the session's state
    assert [len(asked) for asked in waits] == [1, 3, 1, 1]
    assert len([each for each in commits if any(write.table == "message" for write in each.writes)]) == 1


async def test_a_repeat_after_a_restart_begins_no_turn(stage: Stage) -> None:
    seen = await begun(stage)
    await stage.reopen()
    seen.clear()
    stage.reports.clear()
    assert await stage.converse("hi", message_id="first") == ["Hello."]
    assert not stage.reports
    assert not [each for each in seen if any(write.table == "message" for write in each.writes)]


async def test_a_name_that_comes_while_an_older_one_is_read_is_not_lost(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(stage)
    await stage.engine.converse(Inbound(BOT, "test", "ana", "I am Ana", contact_name="Ana"))
    await stage.reopen()
    read = conversations.of_contact

    async def reading(*given: Any) -> Any:
        found = await read(*given)
        monkeypatch.undo()
        bea = stage.engine.receive(Inbound(BOT, "test", "ana", "I am Bea", contact_name="Bea"))
        await asyncio.get_running_loop().create_task(bea, context=Context())
        return found

    monkeypatch.setattr(conversations, "of_contact", reading)
    await stage.engine.converse(Inbound(BOT, "test", "ana", "one"))
    await stage.engine.converse(Inbound(BOT, "test", "ana", "I am Ana", contact_name="Ana"))
    assert [row["name"] for row in await stage.rows("contact")] == ["Ana"]


async def test_a_repeat_gets_the_same_answer_at_any_time(stage: Stage) -> None:
    await begun(stage)
    both = await asyncio.gather(*(stage.converse("one", message_id="1") for _ in range(3)))
    again = await stage.converse("one", message_id="1")
    await stage.reopen()
    after = await stage.converse("one", message_id="1")
    assert [*both, again, after] == [["You said one"]] * 5
    assert len(await stage.rows("message")) == 4


async def test_who_goes_away_takes_the_answer_from_nobody(stage: Stage) -> None:
    await begun(stage)
    commit, begins, may_end = stage.database.commit, asyncio.Event(), asyncio.Event()

    async def committing(writes: WriteSet) -> None:
        begins.set()
        await may_end.wait()
        await commit(writes)

    stage.database.commit = committing  # type: ignore[method-assign]
    gone, stays = (asyncio.create_task(stage.converse("word", message_id="second")) for _ in range(2))
    await asyncio.wait_for(begins.wait(), PATIENCE)
    gone.cancel()
    await asyncio.wait([gone])
    may_end.set()
    assert await stays == ["You said word"]
    assert gone.cancelled()
    assert await stage.converse("word", message_id="second") == ["You said word"]
    assert len(await stage.rows("message")) == 4


async def test_an_answer_that_was_given_before_it_is_asked_for_is_told() -> None:
    told: list[bool] = []
    arrivals = [Arrival({"conversation_id": "cnv"}, is_stored=False, told=told.append) for _ in range(2)]
    arrivals[0].succeed([])
    arrivals[1].fail(Elsewhere())
    assert await arrivals[0].answer() == []
    with pytest.raises(Elsewhere):
        await arrivals[1].answer()
    arrivals[0].fail(Elsewhere())  # too late
    assert await arrivals[0].answer() == []
    assert told == [True, False]


async def test_a_repeat_after_a_restart_takes_no_number(stage: Stage) -> None:
    await begun(stage)
    await stage.converse("one", message_id="1")
    await stage.reopen()
    assert await stage.converse("two", message_id="2") == ["You said two"]
    assert await stage.converse("one", message_id="1") == ["You said one"]
    assert await stage.converse("three", message_id="3") == ["You said three"]
    assert [row["sequence"] for row in await stage.rows("message")] == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_messages_at_once_are_heard_in_their_order(stage: Stage) -> None:
    await begun(stage)
    words = [str(number) for number in range(20)]
    answers = await asyncio.gather(*(stage.converse(word) for word in words))
    assert answers == [[f"You said {word}"] for word in words]
    rows = sorted(await stage.rows("message", direction="in"), key=lambda row: row["sequence"])
    assert [row["text"] for row in rows] == ["hi", *words]


async def test_what_came_by_both_ways_is_heard_once_each(stage: Stage) -> None:
    await begun(stage)
    receipt, answer, other = await asyncio.gather(
        stage.receive("stored", message_id="1"), stage.converse("waited", message_id="2"), stage.converse("bo", "bo")
    )
    assert [message.text for message in await stage.answer(receipt)] == ["You said stored"]
    assert (answer, other) == (["You said waited"], ["Hello."])


async def test_what_was_said_meanwhile_comes_with_the_answer(stage: Stage) -> None:
    stage.write('HEAR a\nIF a = "go" THEN TALK TO "bo", "from ana"\nHEAR b\n')
    await stage.open()
    for contact in ("bo", "ana"):
        await stage.converse("hi", contact)
    await stage.converse("go")
    assert await stage.converse("and?", "bo") == ["from ana"]


async def test_what_cannot_be_stored_is_told_and_is_not_there(stage: Stage) -> None:
    await begun(stage)
    commit = stage.database.commit

    async def away(writes: WriteSet) -> None:
        raise DatabaseError("the disk is full")

    stage.database.commit = away  # type: ignore[method-assign]
    with pytest.raises(DatabaseError, match="full"):
        await stage.converse("one", message_id="1")
    stage.database.commit = commit  # type: ignore[method-assign]
    assert [row["text"] for row in await stage.rows("message", direction="in")] == ["hi"]
    assert await stage.converse("one", message_id="1") == ["You said one"]


async def test_a_message_is_stored_before_its_turn_asks_others(tmp_path: Path, clock: VirtualClock) -> None:
    service = Service()
    stage = Stage(tmp_path, clock, [service.keyword()])
    await begun(stage, "DO\n  HEAR word\n  a = ORDER word\n  TALK a.thing\nLOOP\n")
    stored: list[tuple[str, str]] = []

    async def look(thing: object) -> dict[str, object]:
        stored.extend([(row["text"], row["status"]) for row in await stage.rows("message", direction="in")])
        return {"thing": thing}

    service.answer = look
    assert await stage.converse("one", message_id="1") == ["one"]
    assert stored == [("hi", "heard"), ("one", "pending")]
    assert await stage.converse("two", message_id="2") == ["two"]
    rows = sorted(await stage.rows("message"), key=lambda row: row["sequence"])
    assert [(row["sequence"], row["text"]) for row in rows[1:]] == [(2, "one"), (3, "one"), (4, "two"), (5, "two")]
    await stage.close()


async def test_who_waits_is_told_when_the_engine_stops(tmp_path: Path, clock: VirtualClock) -> None:
    service, asked = Service(), asyncio.Event()
    stage = Stage(tmp_path, clock, [service.keyword()])

    async def never(thing: object) -> None:
        asked.set()
        await asyncio.Event().wait()

    service.answer = never
    await begun(stage, "HEAR a\nb = ORDER a\n")
    waiting = asyncio.create_task(stage.engine.converse(Inbound(BOT, "test", "ana", "go")))
    await asked.wait()
    await stage.close()
    with pytest.raises(Stopped):
        await waiting


async def test_a_message_that_comes_while_the_store_is_looked_at_is_heard(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(stage)
    receipt, came = list[Receipt](), asyncio.Event()

    async def slow(*given: Any, **more: Any) -> Agenda | None:
        found = await agenda(*given, **more)
        if not receipt:
            receipt.append(await stage.receive("meanwhile"))
            came.set()
        return found

    monkeypatch.setattr("tasktalk.runtime.turns.agenda", slow)
    stage.engine.wake()
    await stage.receive("hi", message_id="first")  # a repeat: there is nothing to do but to look
    await came.wait()
    assert [message.text for message in await stage.answer(receipt[0])] == ["You said meanwhile"]


async def test_nothing_is_left_in_memory_of_conversations_without_a_turn(stage: Stage) -> None:
    stage.write('TALK "Hello."\n')
    await stage.open(warm_conversations=1)
    for contact in ("ana", "bo", "cy"):
        await stage.converse("hi", contact, message_id="1")
        await stage.receive("hi", contact, message_id="1")  # a repeat: there is nothing to do but to look
    await stage.engine.settle()
    turns = stage.engine._turns
    assert (len(turns.warm._lent), len(turns._lines._lines)) == (0, 0)


async def test_who_comes_while_the_engine_stops_is_told_so(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await begun(stage)
    await stage.reopen()
    found = conversations.of_contact

    async def stopping(*given: Any, **more: Any) -> Any:
        row = await found(*given, **more)
        await stage.engine.stop()
        return row

    monkeypatch.setattr(conversations, "of_contact", stopping)
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(Stopped):
            await stage.engine.converse(Inbound(BOT, "test", "ana", "one", "second"))


@pytest.mark.parametrize("is_of_one", [False, True])
async def test_after_a_look_what_was_written_is_known_and_no_session_was_rebuilt(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, *, is_of_one: bool
) -> None:
    rebuilt = 0

    async def state(*given: Any) -> Any:
        nonlocal rebuilt
        rebuilt += 1
        return await stored_state(*given)

    stored_state = conversations.state
    await begun(stage)
    await stage.converse("a")
    [row] = await stage.rows("conversation")
    word = row["id"] if is_of_one else ""
    monkeypatch.setattr(conversations, "state", state)
    stage.engine._heard(word)
    assert await stage.converse("b") == ["You said b"]
    taken = WriteSet()
    taken.insert("handover", {"conversation_id": row["id"], "reason": None, "since": stage.clock.now()})
    await stage.database.commit(taken)
    stage.engine._heard(word)
    assert await stage.converse("c") == []
    assert rebuilt == 0


@pytest.mark.parametrize("is_of_one", [False, True])
async def test_what_is_doubted_while_it_has_its_turn_is_read_again_and_nothing_was_rebuilt(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, *, is_of_one: bool
) -> None:
    state, read = conversations.state, list[Any]()

    async def rebuilt(*given: Any) -> Any:
        read.append(given)
        return await state(*given)

    await begun(stage)
    monkeypatch.setattr(conversations, "state", rebuilt)
    [row] = await stage.rows("conversation")
    await stage.engine.settle()
    commit, taken = stage.database.commit, WriteSet()

    async def committing(writes: WriteSet) -> None:
        stage.engine._heard(row["id"] if is_of_one else "")
        stage.database.commit = commit  # type: ignore[method-assign]
        await commit(writes)
        await commit(taken)

    stage.database.commit = committing  # type: ignore[method-assign]
    assert await stage.converse("b") == ["You said b"]
    assert await stage.converse("c") == ["You said c"]
    taken.insert("handover", {"conversation_id": row["id"], "reason": None, "since": stage.clock.now()})
    stage.database.commit = committing  # type: ignore[method-assign]
    assert await stage.converse("d") == ["You said d"]
    assert await stage.converse("e") == []
    assert read == []


async def test_a_look_that_finds_nothing_leaves_what_is_known(stage: Stage) -> None:
    await begun(stage)
    [row] = await stage.rows("conversation")
    stage.engine._look_at(row["id"])
    await stage.engine.settle()
    known = stage.engine._turns.warm.take(row["id"])
    assert known is not None
    assert not known.is_doubted
