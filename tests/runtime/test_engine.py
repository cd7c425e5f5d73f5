"""Conversations on the engine: who hears what, in which order, and over which stops and starts."""

import asyncio
from datetime import timedelta

import pytest

from tasktalk.interpreter.errors import Refused
from tasktalk.interpreter.keyword import keyword
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.engine import Stopped
from tasktalk.runtime.ports import Inbound
from tasktalk.runtime.turn import Turn
from tasktalk.storage.database import Database
from tasktalk.storage.errors import DatabaseError
from tests.stage import BOT, ECHO, Stage, texts

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


@pytest.mark.parametrize("warm_conversations", [1000, 0])
async def test_a_talk_goes_on_after_each_restart(stage: Stage, warm_conversations: int) -> None:
    stage.write(SHOPPING)
    await stage.open(warm_conversations=warm_conversations)
    assert await stage.say("hi") == ["How many bread?"]
    await stage.reopen(warm_conversations=warm_conversations)
    assert await stage.say("1") == ["How many milk?"]
    assert await stage.say("2") == ["How many tea?"]
    await stage.reopen(warm_conversations=warm_conversations)
    assert await stage.say("3") == ["You have bread 1, milk 2, tea 3, "]


async def test_sessions_in_memory_have_an_end(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open(warm_conversations=2)
    for contact in "abcd":
        await stage.say("hi", contact)
    assert stage.engine.load.warm_sessions == 2
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


async def test_a_message_for_one_session_is_heard_by_no_other_and_begins_none(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open()
    await stage.say("hi")
    [first] = await stage.rows("session")

    async def tell(text: str) -> str:
        receipt = await stage.engine.receive(Inbound(BOT, "test", "ana", text, only_for=first["id"]))
        await stage.answer(receipt)
        [row] = await stage.rows("message", id=receipt.message_row_id)
        assert row["session_id"] == first["id"]
        return str(row["status"])

    assert [await tell("one"), await tell("bye"), await tell("two")] == ["heard", "heard", "unheard"]
    await stage.say("hi")
    assert await tell("three") == "unheard"
    assert [row["status"] for row in await stage.rows("session")] == ["ended", "waiting"]


async def test_what_is_said_outside_of_runs_names_no_session(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open()
    await stage.say("hi")
    await stage.say("one")
    assert [row["session_id"] for row in await stage.rows("message")] == [None] * 4


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
        changed = stage.engine.bells.of(receipt.conversation_id)
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
    is_writing, loop = asyncio.Event(), asyncio.get_running_loop()
    await stage.open(crash=lambda _: loop.call_soon_threadsafe(is_writing.set))
    is_writing.clear()  # a start writes, too
    sending = asyncio.create_task(stage.receive("hi", message_id="1"))
    await is_writing.wait()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await stage.engine.settle()
    assert [row["status"] for row in await stage.rows("message", direction="in")] == ["heard"]


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
    if stage.database._signals is not None:
        await stage.database._signals.close()
    stage.database._backend.close()
