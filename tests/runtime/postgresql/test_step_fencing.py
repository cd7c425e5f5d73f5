"""A process that was away for too long asks nothing more, and who took over knows what it had asked."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tasktalk.runtime.clock import VirtualClock
from tasktalk.runtime.leases import LOST_SECONDS
from tests.runtime.asking import Service
from tests.runtime.postgresql.test_processes import beat
from tests.stage import Stage

TALK = """
HEAR word
TRY
  a = ORDER "first"
  b = ORDER "second"
CATCH e
  c = ORDER "instead"
END TRY
TALK b.thing
HEAR more
"""


@pytest.mark.parametrize("held", ["first", "second"])
async def test_a_step_demands_the_lease(tmp_path: Path, clock: VirtualClock, held: str) -> None:
    services = [Service(), Service()]
    one, two = (Stage(tmp_path, clock, [service.keyword()]) for service in services)
    is_asked, go_on = asyncio.Event(), asyncio.Event()

    async def hold(thing: Any) -> Any:
        if thing == held:
            is_asked.set()
            await go_on.wait()
        return {"thing": thing}

    services[0].answer = hold
    one.write(TALK)
    await one.open()
    await one.say("hi")
    await two.open()
    receipt = await one.receive("go")
    await is_asked.wait()
    await beat(clock, two)
    await beat(clock, two, seconds=LOST_SECONDS + 1)
    assert [message.text for message in await two.answer(receipt)] == ["second"]
    go_on.set()
    await one.engine.settle()
    before = {"first": ["first"], "second": ["first", "second"]}[held]
    assert (services[0].things, services[1].things) == (before, ["first", "second"][before.index(held) :])
    assert services[0].seen[-1] == services[1].seen[0]
    assert [row["text"] for row in await two.rows("message", direction="out")] == ["second"]
    assert {row["status"] for row in await two.rows("step")} == {"done"}
    await one.close()
    await two.close()
