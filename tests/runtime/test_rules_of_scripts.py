"""Rules and templates that scripts make: one of each name, however many talks say them at once."""

import asyncio
from pathlib import Path

from tasktalk.runtime.accounts import Accounts
from tasktalk.runtime.clock import VirtualClock
from tests.conftest import START
from tests.stage import Stage

TALK = """
CREATE TEMPLATE "Refund" CHECKLIST ["Ask", "Pay"]
CREATE AUTOMATION "Refund" ON TAG "angry" FROM TEMPLATE "Refund"
CREATE AUTOMATION "Look" ON SCHEDULE "hourly" CREATE TASK "Look"
HEAR word
TAG CONVERSATION "angry"
TALK "I see."
"""


async def test_talks_that_begin_at_once_make_one_rule(tmp_path: Path) -> None:
    stage = Stage(tmp_path, VirtualClock(START))
    stage.write(TALK)
    await stage.open()
    people = [f"person {number}" for number in range(8)]
    await asyncio.gather(*(stage.say("hi", person) for person in people))
    assert sorted(row["name"] for row in await stage.rows("automation")) == ["Look", "Refund"]
    assert [row["automation_id"] for row in await stage.rows("schedule")] == [
        row["id"] for row in await stage.rows("automation") if row["name"] == "Look"
    ]
    assert [report.status for report in stage.reports] == ["waiting"] * len(people)
    said = await asyncio.gather(*(stage.say("well?", person) for person in people[:3]))
    assert said == [["I see."]] * 3
    await stage.engine.settle()
    assert [row["title"] for row in await stage.rows("task")] == ["Refund"] * 3
    await stage.close()


NOTIFIES = """
HEAR name
TRY
  CREATE AUTOMATION "Tell them" ON TASK OVERDUE NOTIFY name SAYING "It is late."
  TALK "made"
CATCH e
  TALK e.code, ": ", e.message
END TRY
"""


async def test_a_script_can_have_only_users_notified(tmp_path: Path) -> None:
    stage = Stage(tmp_path, VirtualClock(START))
    stage.write(NOTIFIES)
    await stage.open()
    await stage.say("hi", "a")
    assert await stage.say("anybody", "a") == ["made"]  # nobody is a user yet, as where a script is tried
    await Accounts(stage.database, stage.clock).create_user("Jane", user_id="usr_1")
    await stage.say("hi", "b")
    assert await stage.say("anybody", "b") == ["invalid_action: There is no user anybody to notify"]
    await stage.say("hi", "c")
    assert await stage.say("jane", "c") == ["made"]
    [row] = await stage.rows("automation")
    assert row["action"]["user"] == "usr_1"
    await stage.close()
