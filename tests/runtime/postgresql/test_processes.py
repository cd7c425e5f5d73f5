"""Several engines on one database, as several processes have them: no turn is lost, none is taken twice."""

import asyncio
from collections.abc import AsyncIterator, Collection
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from tasktalk.interpreter.keyword import keyword
from tasktalk.runtime import sharing
from tasktalk.runtime.arrivals import Arrival
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.leases import BEAT_SECONDS, BUCKETS, LOST_SECONDS, SharedLeases
from tasktalk.runtime.ports import Inbound
from tasktalk.runtime.sharing import MAIL
from tasktalk.runtime.turn import Turn
from tests.databases import IS_PORTABLE
from tests.patience import PATIENCE
from tests.stage import Stage

COUNTING = 'n = 0\nWHILE TRUE\n  HEAR word\n  n = n + 1\n  TALK "${n} ${word}"\nWEND\n'
CONTACTS = [f"contact {number}" for number in range(12)]


def leases(stage: Stage) -> SharedLeases:
    found = stage.engine._sharing._shared
    assert found is not None
    return found


async def beat(clock: VirtualClock, *stages: Stage, seconds: float = BEAT_SECONDS) -> None:
    clock.advance(timedelta(seconds=seconds))
    for stage in stages:
        await leases(stage).beat()


async def shared(clock: VirtualClock, *stages: Stage) -> None:
    """Lets the shares become fair."""
    for _ in range(4):
        await beat(clock, *stages)
    assert len({len(leases(stage).buckets) for stage in stages}) == 1


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process looks by itself."""
    monkeypatch.setattr(sharing, "BEAT_SECONDS", PATIENCE)


@pytest.fixture
async def pair(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[tuple[Stage, Stage]]:
    """Two engines on one database; the first has opened it."""
    one, two = Stage(tmp_path, clock), Stage(tmp_path, clock)
    one.write(COUNTING)
    await one.open()
    await two.open()
    yield one, two
    for stage in (one, two):
        if stage.is_open:
            await stage.close()


async def test_a_message_is_answered_wherever_it_comes_in(pair: tuple[Stage, Stage], clock: VirtualClock) -> None:
    await shared(clock, *pair)
    for stage in pair:
        await asyncio.gather(*(stage.say("hi", contact) for contact in CONTACTS[:1]))
    for turn in range(1, 5):
        for contact in CONTACTS:
            if turn == 1 and contact != CONTACTS[0]:
                await pair[0].say("hi", contact)
        answers = await asyncio.gather(*(pair[turn % 2].say(f"w{turn}", contact) for contact in CONTACTS[1:]))
        assert answers == [[f"{turn} w{turn}"]] * len(CONTACTS[1:])
    heard = {report.conversation_id for report in pair[0].reports} & {r.conversation_id for r in pair[1].reports}
    assert heard == set()
    assert pair[0].reports
    assert pair[1].reports


async def test_messages_at_both_at_once_are_heard_once_each(pair: tuple[Stage, Stage], clock: VirtualClock) -> None:
    await shared(clock, *pair)
    receipt = await pair[0].receive("hi")
    await pair[0].answer(receipt)
    receipts = await asyncio.gather(*(pair[n % 2].receive(f"w{n}", message_id=str(n % 20)) for n in range(60)))
    for stage in pair:
        await asyncio.gather(*(stage.answer(each) for each in receipts))
    said = [line for line in await pair[0].transcript(receipt.conversation_id) if not line.startswith("> ")]
    assert [line.split()[0] for line in said] == [str(n) for n in range(1, 21)]
    assert len({line.split()[1] for line in said}) == 20


async def test_talks_go_on_at_another_process_when_theirs_stops(pair: tuple[Stage, Stage], clock: VirtualClock) -> None:
    one, two = pair
    await shared(clock, one, two)
    for contact in CONTACTS:
        await one.say("hi", contact)
        assert await one.say("a", contact) == ["1 a"]
    await one.close()
    await beat(clock, two)
    assert len(leases(two).buckets) == BUCKETS
    assert [await two.say("b", contact) for contact in CONTACTS] == [["2 b"]] * len(CONTACTS)


async def test_a_process_that_was_away_for_too_long_can_write_nothing(tmp_path: Path, clock: VirtualClock) -> None:
    stalled, go_on = asyncio.Event(), asyncio.Event()

    @keyword("STALL", returns="nothing")
    async def stall(turn: Turn) -> None:
        """Takes so long that another process takes over."""
        if not go_on.is_set():
            stalled.set()
            await go_on.wait()

    one, two = Stage(tmp_path, clock, [stall]), Stage(tmp_path, clock, [stall])
    one.write('HEAR word\nid = CREATE TASK "One"\nSTALL\nTALK "done"\nHEAR word\n')
    await one.open()
    await one.say("hi")
    await two.open()
    receipt = await one.receive("go")
    await stalled.wait()
    await beat(clock, two)
    await beat(clock, two, seconds=LOST_SECONDS + 1)
    assert len(leases(two).buckets) == BUCKETS
    go_on.set()
    assert [message.text for message in await two.answer(receipt)] == ["done"]
    await one.engine.settle()
    assert len(await two.rows("task")) == 1
    assert [row["text"] for row in await two.rows("message", direction="out")] == ["done"]
    assert [report.status for report in one.reports] == ["waiting"]
    await one.close()
    await two.close()


async def test_a_rolling_restart_loses_and_doubles_nothing(tmp_path: Path, clock: VirtualClock) -> None:
    first = Stage(tmp_path, clock)
    first.write(COUNTING)
    await first.open()
    for contact in CONTACTS:
        await first.say("hi", contact)
    running = first
    for round_ in range(1, 4):
        following = Stage(tmp_path, clock)
        await following.open()
        await shared(clock, running, following)
        receipts = [await running.receive(f"r{round_}", contact) for contact in CONTACTS]
        await running.close()
        await beat(clock, following)
        answers = [[m.text for m in await following.answer(receipt)] for receipt in receipts]
        assert answers == [[f"{round_} r{round_}"]] * len(CONTACTS)
        running = following
    await running.close()


async def test_each_due_time_runs_once_whoever_looks(unhurried: None, tmp_path: Path, clock: VirtualClock) -> None:
    stages = [Stage(tmp_path, clock) for _ in range(3)]
    stages[0].write('SET SCHEDULE "every 1 minutes"\nPRINT "run"\n')
    for stage in stages:
        await stage.open()
    for minute in range(12):
        await beat(clock, *stages, seconds=0)
        clock.advance(timedelta(minutes=1))
        if minute == 6:
            await stages[0].close()
        for stage in stages:
            if stage.is_open:
                stage.engine._heard("")  # a beat's look: who ended a run may have told nobody
                await stage.engine.settle()
        stages = [stage for stage in stages if stage.is_open]
    runs = await stages[0].rows("run")
    assert len({row["planned_at"] for row in runs}) == len(runs)
    assert 11 <= len(runs) <= 12
    assert {row["status"] for row in runs} <= {"completed", "queued"}
    for stage in stages:
        await stage.close()


def driver_first(pair: tuple[Stage, Stage], conversation_id: str) -> tuple[Stage, Stage]:
    """The process that takes a conversation's turns, and the other one."""
    one, two = pair
    return (one, two) if one.engine.drives(conversation_id) else (two, one)


async def all_told(stage: Stage) -> None:
    """Returns when a process has told what could not wait, with what was told together with it."""
    telling = stage.engine._sharing._telling
    if telling is not None:
        await telling


@pytest.mark.skipif(IS_PORTABLE, reason="there nobody is told")
async def test_who_takes_the_turns_asks_only_for_the_message_that_came_in_elsewhere(
    unhurried: None, pair: tuple[Stage, Stage], clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shared(clock, *pair)
    talk = (await pair[0].receive("hi")).conversation_id
    driver, other = driver_first(pair, talk)
    assert [await stage.converse("a") for stage in (driver, other)] == [["1 a"], ["2 a"]]
    asked = {stage: Mock(wraps=stage.database.looks.rows_of_each) for stage in pair}
    for stage in pair:
        monkeypatch.setattr(stage.database.looks, "rows_of_each", asked[stage])
    assert await other.converse("b") == ["3 b"]
    assert [len(call.args) for call in asked[driver].call_args_list] == [1]
    assert [len(call.args) for call in asked[other].call_args_list] == [1, 2]  # its number, and then the answer


@pytest.mark.skipif(IS_PORTABLE, reason="there nobody is told")
async def test_others_are_woken_at_once_only_by_what_somebody_there_may_wait_for(
    unhurried: None, pair: tuple[Stage, Stage], clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "TOGETHER_SECONDS", PATIENCE)
    await shared(clock, *pair)
    talk = (await pair[0].receive("hi")).conversation_id
    driver, other = driver_first(pair, talk)
    assert await driver.converse("a") == ["1 a"]
    await all_told(driver)
    told = {stage: Mock(wraps=stage.database.tell) for stage in pair}
    for stage in pair:
        monkeypatch.setattr(stage.database, "tell", told[stage])
    assert await driver.converse("b") == ["2 b"]
    assert not told[driver].called
    assert await other.converse("c") == ["3 c"]
    assert [list(call.args[0]) for call in told[other].call_args_list] == [[talk + MAIL]]
    assert [list(call.args[0]) for call in told[driver].call_args_list] == [[talk]]


async def test_words_that_can_wait_are_told_before_a_process_is_gone(
    unhurried: None, pair: tuple[Stage, Stage], clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "TOGETHER_SECONDS", PATIENCE)
    await shared(clock, *pair)
    talk = (await pair[0].receive("hi")).conversation_id
    driver, _ = driver_first(pair, talk)
    assert await driver.converse("a") == ["1 a"]
    await all_told(driver)
    tell, told = driver.database.tell, list[list[str]]()

    async def telling(words: Collection[str]) -> None:
        await tell(words)
        told.append(list(words))  # to the end: nothing has cut it off

    monkeypatch.setattr(driver.database, "tell", telling)
    assert await driver.converse("b") == ["2 b"]
    assert told == []
    await driver.close()
    assert told == [[talk]]


@pytest.mark.skipif(IS_PORTABLE, reason="there nobody is told")
async def test_an_answer_that_was_told_while_its_message_was_taken_in_is_not_waited_for(
    unhurried: None, pair: tuple[Stage, Stage], clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shared(clock, *pair)
    talk = (await pair[0].receive("hi")).conversation_id
    driver, other = driver_first(pair, talk)
    assert [await stage.converse("a") for stage in (driver, other)] == [["1 a"], ["2 a"]]
    monkeypatch.setattr(other.engine._sharing, "_heard", Mock())  # it hears nothing but the word below
    await other.engine.settle()  # nor does a look, which ends later, ring its bells
    take = other.engine._inbox.take

    async def taking(inbound: Inbound) -> Any:
        taken = await take(inbound)
        driver.engine._heard(talk)  # the word of an earlier message: the driver looks, and finds this one, too
        await driver.answer(taken[0])
        other.engine._heard(talk)
        return taken

    monkeypatch.setattr(other.engine._inbox, "take", taking)
    assert await other.converse("b") == ["3 b"]


@pytest.mark.skipif(IS_PORTABLE, reason="there nobody is told")
async def test_a_message_that_was_taken_in_elsewhere_is_heard_before_one_that_comes_later(
    unhurried: None, tmp_path: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lingers, go_on = asyncio.Event(), asyncio.Event()

    @keyword("LINGER", returns="nothing")
    async def linger(turn: Turn) -> None:
        """Takes until the test lets it go on."""
        lingers.set()
        await go_on.wait()

    pair = Stage(tmp_path, clock, [linger]), Stage(tmp_path, clock, [linger])
    pair[0].write(COUNTING.replace("  n =", '  IF word = "slow" THEN LINGER\n  n ='))
    for stage in pair:
        await stage.open()
    await shared(clock, *pair)
    talk = (await pair[0].receive("hi")).conversation_id
    driver, other = driver_first(pair, talk)
    assert [await stage.converse("a") for stage in (driver, other)] == [["1 a"], ["2 a"]]
    slow = asyncio.create_task(driver.converse("slow"))
    await lingers.wait()
    first = await other.receive("first")
    driver.engine._heard(talk + MAIL)
    arrive = driver.engine._turns.arrive

    def arriving(arrival: Arrival) -> None:
        arrive(arrival)
        go_on.set()

    monkeypatch.setattr(driver.engine._turns, "arrive", arriving)
    assert await driver.converse("second") == ["5 second"]
    assert await slow == ["3 slow"]
    assert [message.text for message in await other.answer(first)] == ["4 first"]
    for stage in pair:
        await stage.close()
