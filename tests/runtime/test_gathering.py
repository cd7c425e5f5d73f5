"""Messages that somebody sends in a row are one turn, where the server is told so; none is lost meanwhile."""

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest

from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.conduct import Conduct
from tasktalk.runtime.gathering import MOST_CHARACTERS, Gathering
from tasktalk.runtime.people import People
from tasktalk.runtime.ports import Inbound, Receipt
from tasktalk.storage import conversations
from tests.conftest import START
from tests.stage import BOT, ECHO, Stage, texts

FIVE_SECONDS = Conduct(gathers_for=timedelta(seconds=5))
SECOND = timedelta(seconds=1)


async def sent(stage: Stage, *messages: str, pause: timedelta = SECOND) -> list[Receipt]:
    """The messages come in, each so long after the one before."""
    receipts = []
    for number, text in enumerate(messages):
        await stage.pass_time(pause if number else timedelta())
        receipts.append(await stage.receive(text))
    return receipts


async def begun(stage: Stage, source: str = ECHO) -> None:
    """The script has been started, and waits."""
    stage.write(source)
    await stage.open()
    await stage.say("hi")
    await stage.reopen(conduct=FIVE_SECONDS)


async def test_what_comes_within_the_time_is_one_turn(stage: Stage) -> None:
    await begun(stage)
    receipts = await sent(stage, "I want", "a large", "pizza")
    assert stage.reports == []
    await stage.pass_time(3 * SECOND)
    assert len(stage.reports) == 1
    answers = [texts(await stage.answer(receipt)) for receipt in receipts]
    assert answers == [["You said I want\na large\npizza"], [], []]
    rows = await stage.rows("message", direction="in")
    heard = [row for row in rows if row["text"] != "hi"]
    assert sorted(row["text"] for row in heard) == ["I want", "a large", "pizza"]
    assert {row["status"] for row in heard} == {"heard"}


async def test_who_is_forgotten_while_their_messages_are_looked_at_has_no_turn(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await begun(stage)
    unheard = conversations.unheard

    async def forgotten(*given: Any) -> Any:
        monkeypatch.undo()
        assert await People(stage.database).delete("test", "ana")
        return await unheard(*given)

    monkeypatch.setattr(conversations, "unheard", forgotten)
    await sent(stage, "one")
    await stage.pass_time(5 * SECOND)
    assert conversations.unheard is unheard
    assert stage.reports == []
    told = [each for each in caplog.records if each.name != "tasktalk.notifications"]  # which some databases lack
    assert [record.getMessage() for record in told if record.levelno >= logging.WARNING] == []


async def test_what_comes_later_is_another_turn(stage: Stage) -> None:
    await begun(stage)
    first, _, third = await sent(stage, "one", "two", "three", pause=3 * SECOND)
    await stage.pass_time(4 * SECOND)
    assert texts(await stage.answer(first)) == ["You said one\ntwo"]
    assert (await stage.rows("message", id=third.message_row_id))[0]["status"] == "pending"
    await stage.pass_time(SECOND)
    assert texts(await stage.answer(third)) == ["You said three"]


@pytest.mark.parametrize("is_gathering", [True, False])
async def test_nothing_is_lost_with_the_process_and_the_time_is_not_longer(stage: Stage, is_gathering: bool) -> None:
    await begun(stage)
    first, _ = await sent(stage, "one", "two")
    await stage.reopen(conduct=FIVE_SECONDS if is_gathering else None)
    await stage.engine.settle()
    if is_gathering:
        assert stage.reports == []
        await stage.pass_time(4 * SECOND)
    said = [line for line in await stage.transcript(first.conversation_id) if line.startswith("You")]
    assert said == (["You said one\ntwo"] if is_gathering else ["You said one", "You said two"])


async def test_an_answer_before_the_timeout_counts_though_its_time_ends_meanwhile(stage: Stage) -> None:
    await begun(stage, 'HEAR x TIMEOUT 10 SECONDS\nTALK "${TIMEDOUT} ${x}"\n')
    await stage.pass_time(8 * SECOND)
    [receipt] = await sent(stage, "here")
    await stage.pass_time(5 * SECOND)
    assert texts(await stage.answer(receipt)) == ["false here"]


async def test_a_secret_in_two_parts_is_kept_nowhere(stage: Stage) -> None:
    await begun(stage, 'HEAR word AS PASSWORD\nTALK "thanks"\n')
    await sent(stage, "abc", "def")
    await stage.pass_time(4 * SECOND)
    assert [row["text"] for row in await stage.rows("message", direction="in", status="heard")][1:] == ["••••••••"] * 2


async def test_without_the_setting_each_is_heard_at_once(stage: Stage) -> None:
    stage.write(ECHO)
    await stage.open()
    await stage.say("hi")
    assert await stage.say("one") == ["You said one"]


async def test_what_is_for_one_session_alone_is_heard_for_itself(stage: Stage) -> None:
    await begun(stage)
    only = Inbound(BOT, "test", "ana", "nobody's", only_for="ses_gone")
    await stage.engine.receive(only)
    [receipt] = await sent(stage, "one")
    await stage.pass_time(10 * SECOND)
    assert texts(await stage.answer(receipt)) == ["You said one"]
    assert [row["status"] for row in await stage.rows("message", text="nobody's")] == ["unheard"]


def test_long_messages_are_not_joined_without_end() -> None:
    gathering = Gathering(5 * SECOND, lambda _: None)

    def together(*lengths: int) -> int:
        rows = [{"text": "x" * length, "created_at": START, "session_id": None} for length in lengths]
        return len(gathering.together(rows, {"channel": "test", "opted_out_at": None}))

    assert together(2 * MOST_CHARACTERS, 1) == 1
    assert together(MOST_CHARACTERS - 1, 1, 1) == 2


def test_a_clock_that_is_ahead_delays_nothing_for_long(clock: VirtualClock) -> None:
    noted: list[datetime] = []
    gathering = Gathering(5 * SECOND, noted.append)
    ahead = START + timedelta(hours=1)
    assert not gathering.is_due("cnv_1", "msg_1", ahead, START)
    assert noted == [START + 5 * SECOND]
    assert gathering.next_due(START) == START + 5 * SECOND
    assert not gathering.is_due("cnv_1", "msg_1", ahead, START + 4 * SECOND)
    assert gathering.look(START + 5 * SECOND) == ["cnv_1"]
    assert gathering.is_due("cnv_1", "msg_1", ahead, START + 5 * SECOND)
    assert gathering.next_due(None) is None
