"""What others take too long for is stopped: calls of other services, and deliveries. Nothing is left running.

What a turn waits for inside of its own process has no such limit: it only says how much there is to do.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tasktalk.interpreter.host import Waiting
from tasktalk.interpreter.keyword import keyword
from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.ports import Delivery
from tasktalk.runtime.turn import Turn
from tests.stage import Stage

ended: list[str] = []


async def hang(name: str, key: str = "") -> None:
    try:
        await asyncio.Event().wait()
    finally:
        ended.append(name)


@keyword("HANG", returns="text", bare=True)
async def hanging(turn: Turn) -> str:
    """Asks who never comes to an end."""
    return str(await turn.step("test", [], partial(hang, "HANG")))


@keyword("FALTER", returns="text", bare=True)
async def faltering(turn: Turn) -> str:
    """Asks who fails by a timeout of its own."""

    async def fail(key: str) -> None:
        raise TimeoutError("of its own")

    return str(await turn.step("test", [], fail))


@keyword("LINGER", returns="text", bare=True)
async def lingering(turn: Turn) -> Waiting:
    """Waits for a message, and asks who never comes to an end."""
    return Waiting({}, "message")


@lingering.on_resume
async def lingered(turn: Turn, request: object, given: object) -> str:
    return str(await turn.step("test", [], partial(hang, "LINGER")))


@keyword("STAND IN LINE", returns="text", bare=True)
async def standing(turn: Turn) -> str:
    """Waits for its own process, as what reads rows does where many others read, too."""
    for _ in range(100):
        await asyncio.sleep(0)
    return "it is my turn"


@pytest.fixture
async def stage(tmp_path: Path, clock: VirtualClock) -> Stage:
    ended.clear()
    return Stage(tmp_path, clock, [hanging, faltering, lingering, standing])


@pytest.mark.parametrize(("word", "says"), [("HANG", ["hi"]), ("LINGER", ["hi", "go on"])])
async def test_a_script_can_catch_what_takes_too_long(stage: Stage, word: str, says: list[str]) -> None:
    stage.write(f"TRY\n  x = {word}\nCATCH e\n  TALK e.code, ': ', e.message\nEND TRY\nTALK 'on'\n")
    await stage.open(step_seconds=0.0)
    answers = [await stage.say(text) for text in says]
    assert answers[-1] == ["timeout: the other service took longer than 0 seconds", "on"]
    assert ended == [word]
    await stage.close()


async def test_what_is_not_caught_is_an_apology_and_names_the_line(stage: Stage) -> None:
    stage.write("x = 1\nx = HANG\n")
    await stage.open(step_seconds=0.01)
    [apology] = await stage.say("hi")
    assert apology.startswith("Sorry, something went wrong")
    assert [(report.error_code, report.error_line) for report in stage.reports] == [("timeout", 2)]
    assert ended == ["HANG"]
    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert not [task for task in others if "hang" in repr(task)]
    await stage.close()


async def test_what_waits_for_its_own_process_is_not_stopped(stage: Stage) -> None:
    stage.write("x = STAND IN LINE\ntask = CREATE TASK 'sweep'\nCOMPLETE TASK task\nTALK x\n")
    await stage.open(step_seconds=0.0)
    assert await stage.say("hi") == ["it is my turn"]
    await stage.close()


async def test_a_keywords_own_timeout_is_its_own(stage: Stage) -> None:
    stage.write("x = FALTER\n")
    await stage.open()
    await stage.say("hi")
    assert [report.error_code for report in stage.reports] == ["internal"]
    await stage.close()


class Hanging:
    """A channel that never comes to an end."""

    attempts = 0

    def longest(self, detail: Mapping[str, Any]) -> int | None:
        return None

    async def send(self, delivery: Delivery) -> None:
        self.attempts += 1
        await hang("send")


async def test_a_delivery_that_waits_for_its_own_process_is_not_stopped(stage: Stage) -> None:
    class Quick(Hanging):
        async def send(self, delivery: Delivery) -> None:
            self.attempts += 1

    stage.write('TALK "hello"')
    channel = Quick()
    await stage.open(channels={"test": channel}, send_seconds=0.0)
    await stage.receive("hi")
    await stage.engine.settle()
    assert (channel.attempts, [row["status"] for row in await stage.rows("message", direction="out")]) == (
        1,
        ["delivered"],
    )
    await stage.close()


async def test_a_delivery_that_takes_too_long_is_tried_again(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.write('TALK "hello"')
    channel = Hanging()
    await stage.open(channels={"test": channel}, send_seconds=0.01)
    await stage.receive("hi")
    await stage.engine.settle()
    assert (channel.attempts, ended) == (1, ["send"])
    [row] = await stage.rows("message", direction="out")
    assert (row["status"], row["attempts"]) == ("pending", 1)
    assert row["next_attempt_at"] > stage.clock.now()
    assert "it took longer than 0.01 seconds" in caplog.text
    await stage.close()
