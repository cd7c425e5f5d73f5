"""Conversations on the engine: who hears what, in which order, and what is kept when a turn fails."""

import asyncio
import logging
from datetime import timedelta

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import keyword
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.engine import Stopped
from tasktalk.runtime.inbox import Sequences
from tasktalk.runtime.ports import Inbound
from tasktalk.runtime.turn import Turn
from tasktalk.storage.database import Database
from tasktalk.storage.errors import DatabaseError
from tasktalk.storage.writes import WriteSet
from tests.stage import BOT, Stage, texts

ECHO = """
TALK "Hello."
DO
  HEAR word
  TALK "You said " + word
LOOP UNTIL word = "bye"
TALK "Bye."
"""

SHOPPING = """
SUB ask_all
  FOR EACH thing IN ["bread", "milk", "tea"]
    count = HEAR "How many ${thing}?"
    bought = bought + thing + " " + count + ", "
  NEXT
END SUB
bought = ""
CALL ask_all
TALK "You have " + bought
"""


async def test_the_first_message_starts_the_talk_and_answers_nothing(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open()
    assert await stage.say("anybody there?") == ["Hello."]
    assert await stage.say("one") == ["You said one"]
    assert await stage.say("bye") == ["You said bye", "Bye."]
    assert await stage.say("again?") == ["Hello."]


async def test_each_contact_has_a_conversation_of_its_own(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open()
    found = await asyncio.gather(*(stage.say("hi", contact=str(n)) for n in range(20)))
    assert found == [["Hello."]] * 20
    found = await asyncio.gather(*(stage.say(str(n), contact=str(n)) for n in range(20)))
    assert found == [[f"You said {n}"] for n in range(20)]


async def test_what_is_said_at_once_is_heard_in_its_order(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open()
    await stage.say("hi")
    receipts = [await stage.receive(str(n)) for n in range(30)]
    answers = await asyncio.gather(*(stage.answer(receipt) for receipt in receipts))
    assert [texts(each) for each in answers] == [[f"You said {n}"] for n in range(30)]


async def test_a_delivery_that_comes_again_counts_once(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open()
    await stage.say("hi", message_id="0")
    at_once = await asyncio.gather(*(stage.say("one", message_id="1") for _ in range(4)))
    assert at_once == [["You said one"]] * 4
    assert await stage.say("two", message_id="2") == ["You said two"]
    assert await stage.say("one", message_id="1") == ["You said one"]
    receipt = await stage.receive("one", message_id="1")
    assert receipt.is_repeat
    assert await stage.transcript(receipt.conversation_id) == [
        "> hi", "Hello.", "> one", "You said one", "> two", "You said two"
    ]  # fmt: skip


async def test_the_same_id_from_another_contact_is_another_message(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open()
    assert await stage.say("hi", contact="ana", message_id="1") == ["Hello."]
    assert await stage.say("hi", contact="ben", message_id="1") == ["Hello."]


@pytest.mark.parametrize("warm_sessions", [1000, 0])
async def test_a_talk_goes_on_after_each_restart(stage: Stage, warm_sessions: int) -> None:
    stage.write(SHOPPING)
    await stage.open(warm_sessions=warm_sessions)
    assert await stage.say("hi") == ["How many bread?"]
    await stage.reopen(warm_sessions=warm_sessions)
    assert await stage.say("1") == ["How many milk?"]
    assert await stage.say("2") == ["How many tea?"]
    await stage.reopen(warm_sessions=warm_sessions)
    assert await stage.say("3") == ["You have bread 1, milk 2, tea 3, "]


async def test_sessions_in_memory_have_an_end(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open(warm_sessions=2)
    for contact in "abcd":
        await stage.say("hi", contact)
    assert len(stage.engine._turns._warm) == 2
    for contact in "abcd":
        assert await stage.say("x", contact) == ["You said x"]


async def test_an_answer_can_be_had_again_after_a_restart(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open()
    await stage.say("hi", message_id="1")
    await stage.reopen()
    assert await stage.say("hi", message_id="1") == ["Hello."]


async def test_while_a_script_waits_for_time_messages_are_kept_unheard(stage: Stage) -> None:
    stage.write('TALK "Wait."\nWAIT 1 HOUR\nTALK "Now."\nHEAR word\nTALK "You said " + word\n')
    await stage.open()
    assert await stage.say("hi") == ["Wait."]
    assert await stage.say("too early") == []
    await stage.pass_time(timedelta(hours=1))
    assert [row["status"] for row in await stage.rows("message", direction="in")] == ["heard", "unheard"]
    assert await stage.say("in time") == ["Now.", "You said in time"]


async def test_a_wait_ends_at_its_moment_and_the_next_answer_brings_what_was_said(
    stage: Stage, clock: VirtualClock
) -> None:
    stage.write('TALK "Wait."\nWAIT 3 DAYS\nTALK "It is " + NOW()\nHEAR word\nTALK word\n')
    await stage.open()
    receipt = await stage.receive("hi")
    assert texts(await stage.answer(receipt)) == ["Wait."]
    due = clock.now() + timedelta(days=3)
    assert await stage.engine.next_due() == due
    await stage.pass_time(timedelta(days=2, hours=23))
    assert len(await stage.transcript(receipt.conversation_id)) == 2
    await stage.pass_time(timedelta(days=4))
    said = (await stage.engine.messages(receipt.conversation_id))[-1]
    assert said.created_at == due
    assert await stage.say("word") == [said.text, "word"]
    assert await stage.engine.next_due() is None


async def test_a_wait_that_ended_while_nothing_ran_goes_on_at_the_start(stage: Stage, clock: VirtualClock) -> None:
    stage.write('TALK "Wait."\nWAIT 1 HOUR\nTALK "Now."\n')
    await stage.open()
    receipt = await stage.receive("hi")
    await stage.answer(receipt)
    await stage.close()
    clock.advance(timedelta(days=1))
    await stage.open()
    await stage.engine.settle()
    assert await stage.transcript(receipt.conversation_id) == ["> hi", "Wait.", "Now."]


async def test_nothing_of_a_failed_turn_is_kept(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.write('HEAR word\nTALK "This is never said."\nid = CREATE TASK "Never"\nx = 1 / 0\n')
    await stage.open()
    await stage.say("hi")
    with caplog.at_level(logging.ERROR):
        [apology] = await stage.say("word")
    [failed] = await stage.rows("session")
    reference = failed["error"]["reference"]
    assert apology == f"Sorry, something went wrong on our side. If you ask for help, please quote {reference}."
    assert failed["status"] == "failed"
    assert (failed["error"]["script"], failed["error"]["line"]) == ("start.bas", 4)
    assert await stage.rows("task") == []
    [event] = await stage.rows("event")
    assert (event["kind"], event["subject_id"]) == ("turn_failed", failed["id"])
    assert f"turn {reference} failed" in caplog.text
    assert "helper/start.bas:4:" in caplog.text
    assert "x = 1 / 0" in caplog.text
    report = stage.reports[-1]
    assert (report.status, report.error_line, report.reference) == ("failed", 4, reference)


async def test_after_a_failure_a_new_message_starts_anew(stage: Stage) -> None:
    stage.write('TALK "Hello."\nHEAR word\nx = 1 / 0\n')
    await stage.open()
    assert await stage.say("hi") == ["Hello."]
    assert "Sorry" in (await stage.say("word"))[0]
    assert await stage.say("hi") == ["Hello."]


async def test_a_fault_of_a_keyword_is_ours_and_the_contact_hears_nothing_of_it(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    @keyword("BREAK THINGS", returns="nothing")
    async def break_things(turn: Turn) -> None:
        """Fails."""
        raise ZeroDivisionError("secret detail")

    stage.keywords.add(break_things)
    stage.write("BREAK THINGS\n")
    await stage.open()
    [apology] = await stage.say("hi")
    assert "secret" not in apology
    assert "secret detail" in caplog.text
    assert (await stage.rows("session"))[0]["error"]["code"] == "internal"


async def test_a_turn_that_others_overtake_is_taken_again(stage: Stage) -> None:
    calls = []

    @keyword("LET RIVAL CHANGE <task>", returns="nothing")
    async def let_rival_change(turn: Turn, task: str) -> None:
        """Somebody else completes the task while the script works on it."""
        calls.append(task)
        if len(calls) == 1:
            writes = WriteSet()
            writes.update("task", {"id": task.removeprefix("tsk_"), "version": 1}, {"version": 2})
            await stage.database.commit(writes)

    stage.keywords.add(let_rival_change)
    stage.write('id = CREATE TASK "One"\nHEAR word\nSET TASK PRIORITY id, "high"\nLET RIVAL CHANGE id\nTALK "Done."\n')
    await stage.open()
    await stage.say("hi")
    assert await stage.say("go") == ["Done."]
    assert len(calls) == 2
    [task] = await stage.rows("task")
    assert (task["priority"], task["version"]) == ("high", 3)


async def test_a_turn_that_is_overtaken_for_ever_fails(stage: Stage) -> None:
    @keyword("LET RIVAL CHANGE <task>", returns="nothing")
    async def let_rival_change(turn: Turn, task: str) -> None:
        """Somebody else changes the task, again and again."""
        key = {"id": task.removeprefix("tsk_")}
        [row] = await stage.rows("task", **key)
        writes = WriteSet()
        writes.update("task", key, {"version": row["version"] + 1})
        await stage.database.commit(writes)

    stage.keywords.add(let_rival_change)
    stage.write('id = CREATE TASK "One"\nHEAR word\nSET TASK PRIORITY id, "high"\nLET RIVAL CHANGE id\n')
    await stage.open()
    await stage.say("hi")
    assert "Sorry" in (await stage.say("go"))[0]
    [session] = await stage.rows("session")
    assert session["error"]["code"] == "conflict"


async def test_a_script_that_computes_for_ever_is_ended_and_holds_nobody_up(stage: Stage) -> None:
    stage.write('IF user = "mad" THEN\n  WHILE TRUE\n    n = n + 1\n  WEND\nEND IF\nTALK "Hello."\n')
    await stage.open(computing_seconds=0.5)
    mad = asyncio.create_task(stage.say("hi", contact="mad"))
    await asyncio.sleep(0)
    assert await stage.say("hi", contact="ana") == ["Hello."]
    assert not mad.done()
    assert "Sorry" in (await mad)[0]
    failed = next(row for row in await stage.rows("session") if row["status"] == "failed")
    assert failed["error"]["code"] == "out-of-time"
    assert failed["error"]["line"] in {2, 3, 4}


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


async def test_a_bot_whose_script_never_parsed_says_sorry(stage: Stage) -> None:
    stage.write("IF TRUE THEN\n")
    await stage.open()
    assert "Sorry" in (await stage.say("hi"))[0]
    assert [row["status"] for row in await stage.rows("message", direction="in")] == ["heard"]
    stage.write('TALK "repaired"\n')
    assert await stage.say("hi") == ["repaired"]


async def test_a_bot_that_is_not_there_is_refused(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open()
    for name in ("helpr", "../bots/helper", ""):
        with pytest.raises(Refused) as refused:
            await stage.engine.receive(Inbound(name, "test", "ana", "hi"))
        assert refused.value.code == "unknown-bot"
    with pytest.raises(Refused) as refused:
        await stage.engine.receive(Inbound("helpr", "test", "ana", "hi"))
    assert refused.value.hint == 'did you mean "helper"?'


async def test_who_listens_hears_of_each_change(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open()
    receipt = await stage.receive("hi")
    await stage.answer(receipt)
    seen = 0
    for word in ("one", "two"):
        changed = stage.engine.changed(receipt.conversation_id)
        seen = (await stage.engine.messages(receipt.conversation_id))[-1].sequence
        await stage.say(word)
        assert changed.is_set()
        assert texts(await stage.engine.messages(receipt.conversation_id, seen)) == [word, f"You said {word}"]


async def test_what_was_received_before_a_stop_is_heard_after_the_next_start(stage: Stage) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    @keyword("WORK LONG", returns="nothing")
    async def work_long(turn: Turn) -> None:
        """Works until the test lets it end."""
        entered.set()
        await leave.wait()

    stage.keywords.add(work_long)
    stage.write('WORK LONG\nTALK "Hello."\nHEAR word\nTALK word\n')
    await stage.open()
    first = await stage.receive("hi")
    await entered.wait()
    second = await stage.receive("word")
    stopping = asyncio.create_task(stage.engine.stop())
    await asyncio.sleep(0)
    with pytest.raises(Stopped):
        await stage.receive("too late")
    leave.set()
    await stopping
    assert texts(await stage.answer(first)) == ["Hello."]
    await stage.database.close()
    await stage.open()
    assert texts(await stage.answer(second)) == ["word"]


async def test_a_turn_report_says_what_the_turn_did(stage: Stage, clock: VirtualClock) -> None:
    stage.write('PRINT "for the author"\nTALK "Hello."\nWAIT 5\nRETURN 7\n')
    await stage.open()
    await stage.say("hi")
    [report] = stage.reports
    assert (report.bot, report.script, report.printed) == (BOT, "start.bas", ("for the author",))
    assert (report.status, report.waits_for, report.until) == ("waiting", "time", clock.now() + timedelta(seconds=5))
    assert texts(report.messages) == ["Hello."]
    await stage.pass_time(timedelta(seconds=5))
    assert (stage.reports[-1].status, stage.reports[-1].value) == ("ended", 7)


async def test_a_message_whose_sender_went_away_is_heard(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open()
    sending = asyncio.create_task(stage.receive("hi", message_id="1"))
    while stage.database._committer._writing is None:  # noqa: ASYNC110 - there is no event for it
        await asyncio.sleep(0)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await stage.engine.settle()
    assert [row["status"] for row in await stage.rows("message", direction="in")] == ["heard"]


async def test_a_state_that_cannot_be_read_ends_its_session_and_no_more(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open(warm_sessions=0)
    await stage.say("hi")
    [session] = await stage.rows("session")
    writes = WriteSet()
    writes.update("session", {"id": session["id"]}, {"state": b"of another version"})
    await stage.database.commit(writes)
    assert "Sorry" in (await stage.say("one"))[0]
    assert await stage.say("two") == ["Hello."]


async def test_an_error_shows_the_line_of_the_script_as_it_was_when_the_talk_began(stage: Stage) -> None:
    stage.write("HEAR word\nx = 1 / 0\n")
    await stage.open()
    await stage.say("hi")
    stage.write('HEAR word\nTALK "new"\n')
    await stage.say("word")
    assert "x = 1 / 0" in (stage.reports[-1].error or "")


async def test_a_number_that_is_on_its_way_to_the_store_is_not_given_out_again(database: Database) -> None:
    sequences = Sequences(database)
    await sequences.know("c")
    assert [sequences.next("c"), sequences.next("c")] == [1, 2]
    await sequences.correct("c")
    assert sequences.next("c") == 3


async def test_a_script_cannot_fill_the_memory_with_what_it_says(stage: Stage) -> None:
    stage.write('text = REPEAT("x", 1000000)\nFOR i = 1 TO 9\nPRINT text\nNEXT\n')
    await stage.open()
    await stage.say("hi")
    assert stage.reports[-1].error_code == "too-much-text"


async def test_a_message_of_a_known_contact_brings_its_new_name(stage: Stage) -> None:
    stage.write("DO\n  TALK username\n  HEAR word\nLOOP\n")
    await stage.open()
    for name in ("Ana", None, "Ana B."):
        receipt = await stage.engine.receive(Inbound(BOT, "test", "ana", "hi", contact_name=name))
        await stage.answer(receipt)
    assert await stage.transcript(receipt.conversation_id) == ["> hi", "Ana", "> hi", "Ana", "> hi", "Ana B."]


async def test_a_database_that_was_closed_is_an_error_and_no_hang(stage: Stage, database: Database) -> None:
    stage.write(ECHO)
    await stage.open()
    await stage.say("hi")
    await stage.database._committer.close()
    with pytest.raises(DatabaseError):
        await stage.receive("one")
    stage.is_open = False
    await stage.engine.stop()
    await stage.database._readers.close()
    stage.database._backend.close()
