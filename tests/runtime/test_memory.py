"""What bots remember lies in the store: for all, for one contact, and only when the turn is kept."""

import asyncio

from tests.stage import Stage

COUNTER = """
SET BOT MEMORY "visits", (GET BOT MEMORY("visits") OR 0) + 1
REMEMBER "mine" = (RECALL("mine") OR 0) + 1
TALK GET BOT MEMORY("visits"), " ", RECALL("mine")
"""


async def test_the_bot_remembers_for_all_and_of_each_for_himself(stage: Stage) -> None:
    stage.write(COUNTER)
    await stage.open()
    assert await stage.say("hi", contact="ana") == ["1 1"]
    assert await stage.say("hi", contact="bob") == ["2 1"]
    await stage.reopen()
    assert await stage.say("hi", contact="ana") == ["3 2"]


async def test_a_contact_is_another_one_for_another_bot(stage: Stage) -> None:
    stage.write(COUNTER)
    await stage.open()
    await stage.say("hi")
    [own, mine] = sorted(await stage.rows("memory"), key=lambda row: len(row["owner"]))
    assert (own["bot"], own["owner"], own["key"]) == ("helper", "", "visits")
    assert (mine["bot"], mine["owner"][:4], mine["key"]) == ("helper", "con_", "mine")


async def test_two_talks_at_once_do_not_overwrite_each_other(stage: Stage) -> None:
    stage.write(COUNTER)
    await stage.open()
    await asyncio.gather(*(stage.say("hi", contact=str(n)) for n in range(3)))
    assert await stage.say("hi", contact="last") == ["4 1"]


async def test_of_many_talks_at_once_each_is_counted(stage: Stage) -> None:
    stage.write(COUNTER)
    await stage.open()
    found = await asyncio.gather(*(stage.say("hi", contact=str(n)) for n in range(60)))
    assert sorted(int(said.split()[0]) for [said] in found) == list(range(1, 61))


async def test_a_turn_that_fails_leaves_nothing_behind(stage: Stage) -> None:
    stage.write('REMEMBER "x" = 1\nTHROW "no"')
    await stage.open()
    await stage.say("hi")
    assert await stage.rows("memory") == []


async def test_to_forget_removes_the_row(stage: Stage) -> None:
    stage.write('REMEMBER "x" = 1\nHEAR more\nFORGET "x"')
    await stage.open()
    await stage.say("hi")
    assert len(await stage.rows("memory")) == 1
    await stage.say("more")
    assert await stage.rows("memory") == []
