"""Steps: what a turn asks of the outside is recorded, and a turn that is taken again reads the record."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tasktalk.bots.virtual_time import pass_time
from tasktalk.interpreter.errors import Refused
from tasktalk.runtime import steps
from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage.writes import Conflict, WriteSet
from tests.conftest import START
from tests.runtime.asking import Service
from tests.stage import Stage

TALK = """
HEAR word
a = ORDER word
b = ORDER word
TALK a.thing + " and " + b.thing
"""
LIMITED = 'TRY\n  x = ORDER 1\nCATCH e\n  TALK e.code, ": ", e.message\nEND TRY\n'


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
async def stage(tmp_path: Path, clock: VirtualClock, service: Service) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path, clock, [service.keyword()])
    yield stage
    if stage.is_open:
        await stage.close()


def fault(thing: Any) -> None:
    raise ZeroDivisionError


def refuse_turns(stage: Stage, count: int, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Lets the commits of so many turns be Conflicts; `meanwhile` is called with each."""
    commit, left = stage.database.commit, [None] * count

    async def refusing(writes: WriteSet) -> None:
        if left and any(write.table == "session" for write in writes.writes):
            left.pop()
            meanwhile()
            raise Conflict("session", {}, "for the test")
        await commit(writes)

    stage.database.commit = refusing  # type: ignore[method-assign]


async def asked(stage: Stage, source: str = TALK, **options: Any) -> None:
    stage.write(source)
    await stage.open(**options)
    assert await stage.say("hi") == []


async def test_an_answer_is_recorded_and_what_was_asked_is_not(stage: Stage, service: Service) -> None:
    answer = {"sum": 1.5, "list": [None, True, 1 << 62], "text": "a\0b ünd �"}
    service.answer = lambda thing: answer
    await asked(stage, "HEAR word AS PASSWORD\na = ORDER {password: word}\nTALK a.sum\n")
    assert await stage.say("open sesame") == ["1.5"]
    [row] = await stage.rows("step")
    [message] = [row for row in await stage.rows("message", direction="in") if row["text"] != "hi"]
    assert (row["kind"], row["status"], row["ordinal"], row["result"]) == ("order", "done", 1, answer)
    assert (row["input"], row["turn_id"]) == (message["id"], stage.reports[-1].turn_id)
    assert service.seen == [({"password": "open sesame"}, row["key"])]
    assert "sesame" not in repr(row)


async def test_a_turn_that_is_taken_again_asks_nothing(stage: Stage, service: Service) -> None:
    await asked(stage)
    answers = iter(["one", "two", "three"])
    service.answer = lambda thing: {"thing": next(answers)}
    refuse_turns(stage, 2)
    assert await stage.say("x") == ["one and two"]
    assert service.things == ["x", "x"]
    assert len({key for _, key in service.seen}) == 2
    assert {row["turn_id"] for row in await stage.rows("step")} == {stage.reports[-1].turn_id}


async def test_what_was_refused_is_refused_again(stage: Stage, service: Service) -> None:
    def no(thing: Any) -> None:
        raise Refused("http-error", "no " + thing, "try")

    service.answer = no
    await asked(stage, 'HEAR w\nTRY\n  x = ORDER w\nCATCH e\n  TALK e.code, ": ", e.message\nEND TRY\n')
    refuse_turns(stage, 1)
    assert await stage.say("x") == ["http-error: no x"]
    assert service.things == ["x"]
    [row] = await stage.rows("step")
    assert (row["status"], row["result"]) == ("refused", {"code": "http-error", "message": "no x", "hint": "try"})


async def test_nothing_is_an_answer_too(stage: Stage, service: Service) -> None:
    service.answer = lambda thing: None
    await asked(stage, "HEAR w\nx = ORDER w\nTALK x IS NULL\n")
    refuse_turns(stage, 1)
    assert await stage.say("x") == ["true"]
    assert service.things == ["x"]


async def test_a_turn_that_asks_something_else_the_next_time_asks_anew(stage: Stage, service: Service) -> None:
    await asked(stage, 'HEAR w\na = ORDER "same"\nb = ORDER GUID()\nc = ORDER "same"\nTALK b.thing\n')
    refuse_turns(stage, 1)
    [said] = await stage.say("x")
    assert service.things == ["same", service.things[1], "same", said]
    assert len({key for _, key in service.seen}) == 4
    assert [row["key"] for row in await stage.rows("step") if row["ordinal"] == 2] == [service.seen[3][1]]


async def test_an_edited_script_asks_anew(stage: Stage, service: Service) -> None:
    stage.write('a = ORDER "old"\nTALK a.thing\n')
    await stage.open()

    def edit() -> None:
        stage.write('a = ORDER "edited"\nTALK a.thing\n')
        stage.bots.look(START + timedelta(minutes=1))

    refuse_turns(stage, 1, edit)
    assert await stage.say("x") == ["edited"]
    assert service.things == ["old", "edited"]
    assert len({key for _, key in service.seen}) == 2


async def test_a_call_that_was_cut_off_is_made_again_with_the_same_key(stage: Stage, service: Service) -> None:
    is_asked = asyncio.Event()

    async def hang(thing: Any) -> None:
        is_asked.set()
        await asyncio.Event().wait()

    service.answer = hang
    await asked(stage)
    receipt = await stage.receive("x")
    await is_asked.wait()
    await stage.close()
    service.answer = lambda thing: {"thing": thing}
    await stage.open()
    assert [message.text for message in await stage.answer(receipt)] == ["x and x"]
    assert service.things == ["x", "x", "x"]
    assert service.seen[0] == service.seen[1]
    assert service.seen[1] != service.seen[2]


async def test_a_call_that_took_too_long_is_not_made_again(stage: Stage, service: Service) -> None:
    async def hang(thing: Any) -> None:
        await asyncio.Event().wait()

    service.answer = hang
    await asked(
        stage, 'HEAR w\nTRY\n  x = ORDER w\nCATCH e\n  TALK e.code, ": ", e.message\nEND TRY\n', step_seconds=0.01
    )
    refuse_turns(stage, 1)
    assert await stage.say("x") == ["timeout: the other service took longer than 0.01 seconds"]
    assert service.things == ["x"]
    [row] = await stage.rows("step")
    assert (row["status"], row["result"]["code"], row["ended_at"]) == ("refused", "timeout", START)


async def test_each_wait_has_steps_of_its_own(stage: Stage, service: Service, clock: VirtualClock) -> None:
    stage.write("FOR i = 1 TO 3\n  WAIT UNTIL TODAY\n  x = ORDER 7\nNEXT\n")
    await stage.open()
    await stage.say("hi")
    await pass_time(stage.engine, clock, START + timedelta(hours=1))
    assert service.things == [7, 7, 7]
    assert len({key for _, key in service.seen}) == 3


async def test_a_run_that_is_taken_again_asks_nothing(stage: Stage, service: Service, clock: VirtualClock) -> None:
    stage.write('SET SCHEDULE "every hour"\nx = ORDER "" + NOW()\n')
    await stage.open()
    refuse_turns(stage, 1)
    await pass_time(stage.engine, clock, START + timedelta(hours=2))
    assert len(service.things) == 2
    assert {row["status"] for row in await stage.rows("run")} == {"completed"}


async def test_a_fault_of_the_keyword_is_no_answer(stage: Stage, service: Service) -> None:
    service.answer = fault
    stage.write("x = ORDER 1\n")
    await stage.open()
    [apology] = await stage.say("hi")
    assert apology.startswith("Sorry")
    assert [row["status"] for row in await stage.rows("step")] == ["begun"]


async def test_a_failed_turn_keeps_what_it_asked(stage: Stage, service: Service) -> None:
    stage.write('x = ORDER 1\nTHROW "no"\n')
    await stage.open()
    await stage.say("hi")
    [row] = await stage.rows("step")
    assert (row["turn_id"], row["status"]) == (stage.reports[-1].turn_id, "done")


async def test_a_turn_asks_so_often(stage: Stage, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "STEPS_OF_A_TURN", 3)
    stage.write(f"FOR i = 1 TO 3\n  x = ORDER i\nNEXT\n{LIMITED}")
    await stage.open()
    assert await stage.say("hi") == ["limit: a script can ask other services 3 times before it waits"]
    assert service.things == [1, 2, 3]


@pytest.mark.parametrize(("name", "size"), [("CHARACTERS_OF_A_STEP", 10), ("CHARACTERS_OF_STEPS", 25)])
async def test_what_is_answered_has_a_limit(
    stage: Stage, service: Service, monkeypatch: pytest.MonkeyPatch, name: str, size: int
) -> None:
    monkeypatch.setattr(steps, name, size)
    service.answer = lambda thing: "x" * thing
    stage.write(f"x = ORDER 8\nx = ORDER 8\nTALK LEN(x)\n{LIMITED.replace('ORDER 1', 'ORDER 9')}")
    await stage.open()
    assert await stage.say("hi") == ["8", "limit: what other services answered is too much"]
    assert [row["status"] for row in sorted(await stage.rows("step"), key=lambda row: row["ordinal"])] == [
        "done",
        "done",
        "refused",
    ]


async def test_records_are_removed_after_a_week_but_not_those_of_a_turn_to_come(
    stage: Stage, service: Service, clock: VirtualClock
) -> None:
    await asked(stage, "HEAR word\na = ORDER word\nHEAR word\nb = ORDER word\n")
    await stage.say("first")
    is_asked = asyncio.Event()

    async def hang(thing: Any) -> None:
        is_asked.set()
        await asyncio.Event().wait()

    service.answer = hang
    await stage.receive("second")
    await is_asked.wait()
    await stage.close()
    clock.advance(steps.KEPT + timedelta(hours=1))
    await stage.open()
    assert await stage.engine._recording.remove_old() is False
    service.answer = lambda thing: thing
    await stage.close()
    await stage.open()
    await stage.engine.settle()
    assert service.seen[1] == service.seen[2]
    await pass_time(stage.engine, clock, clock.now() + timedelta(hours=2))
    assert [row["status"] for row in await stage.rows("step")] == ["done"]  # begun anew when it was asked again
    await pass_time(stage.engine, clock, clock.now() + steps.KEPT)
    assert await stage.rows("step") == []
