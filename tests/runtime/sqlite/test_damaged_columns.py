"""Values that SQLite keeps in columns which are not made for them."""

import asyncio
import logging
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from tasktalk.runtime import handover
from tasktalk.runtime.clock import VirtualClock
from tasktalk.storage import queues
from tasktalk.storage.conversations import NEVER
from tasktalk.storage.packed_ids import packed
from tasktalk.storage.writes import WriteSet
from tests.patience import PATIENCE
from tests.runtime.test_checkup import wrong
from tests.runtime.test_damaged_sessions import BACKUP, begin, see_it_end, session_of
from tests.stage import Stage


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("wait_request", "'{\"a\": '", "what this conversation waits for cannot be read"),
        ("wait_request", "x'ff00'", "what this conversation waits for cannot be read"),
        ("state", "'text'", "the state is damaged"),
        ("state", "7", "the state is damaged"),
    ],
)
async def test_a_value_that_its_column_cannot_have(
    stage: Stage, caplog: pytest.LogCaptureFixture, column: str, value: str, said: str
) -> None:
    session = await begin(stage)
    with closing(sqlite3.connect(stage.database_path)) as other:
        other.execute(f"UPDATE session SET {column} = {value} WHERE id = ?", (packed(session["id"]),))
        other.commit()
    await see_it_end(stage, caplog, said, BACKUP)


async def test_a_keyword_whose_name_is_no_text_any_more(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    session = await begin(stage)
    with closing(sqlite3.connect(stage.database_path)) as other:
        other.execute(
            "UPDATE session SET wait_keyword = CAST(x'48ff41' AS TEXT) WHERE id = ?", (packed(session["id"]),)
        )
        other.commit()
    with caplog.at_level(logging.ERROR):
        [apology] = await stage.say("one", "ana")
        assert await stage.say("one", "bo") == ["You said one"]
    assert apology.startswith("Sorry")
    assert (await session_of(stage, "ana"))["status"] == "failed"
    assert "there is no H\ufffdA any more" in caplog.text
    assert stage.engine._workers.failed == {}
    assert await stage.say("two", "ana") == ["Hello."]


async def test_a_name_that_is_no_text_any_more_keeps_nobody_from_a_turn(stage: Stage) -> None:
    await begin(stage)
    with closing(sqlite3.connect(stage.database_path)) as other:
        other.execute("UPDATE contact SET name = CAST(x'41ff' AS TEXT) WHERE address = 'ana'")
        other.commit()
    assert await stage.say("one", "ana") == ["You said one"]
    [ana] = await stage.rows("contact", address="ana")
    assert ana["name"] == "A\ufffd"


async def test_a_message_that_is_no_text_any_more_is_heard(stage: Stage) -> None:
    await begin(stage)
    await stage.reopen(busy_conversations=0)
    receipt = await stage.receive("word", "ana")
    with closing(sqlite3.connect(stage.database_path)) as other:
        other.execute("UPDATE message SET text = CAST(x'41ff' AS TEXT) WHERE id = ?", (packed(receipt.message_row_id),))
        other.commit()
    await stage.reopen()
    assert [message.text for message in await stage.answer(receipt)] == ["You said A\ufffd"]


async def with_damaged_schedules(stage: Stage, moment: str, condition: str) -> None:
    """Serves from then on; the schedules have been stored, and those of a condition damaged."""
    await stage.open()
    await stage.pass_time(timedelta(seconds=1))
    await stage.close()
    with closing(sqlite3.connect(stage.database_path)) as other:
        changed = other.execute(f"UPDATE schedule SET fires_at = ?, next_run_at = ? WHERE {condition}", (moment,) * 2)
        assert changed.rowcount == 1
        other.commit()
    await stage.open()


async def minutes_pass(stage: Stage, clock: VirtualClock, count: int, *, is_woken: bool = True) -> None:
    """As on a server: what cannot be done is not waited for."""
    for _ in range(count):
        clock.advance(timedelta(minutes=1))
        if is_woken:
            stage.engine.wake()
        await stage.engine.settle()


@pytest.mark.parametrize("moment", ["soon", "", "0"])
async def test_a_schedule_whose_moment_is_damaged_keeps_no_other_from_firing(
    stage: Stage, clock: VirtualClock, caplog: pytest.LogCaptureFixture, moment: str
) -> None:
    stage.write('SET SCHEDULE "every minute"\nPRINT "tick"\n')
    stage.write('SET SCHEDULE "every minute"\nPRINT "tock"\n', "other.bas")
    await with_damaged_schedules(stage, moment, "script <> 'other.bas'")
    await minutes_pass(stage, clock, 3)
    assert [row["status"] for row in await stage.rows("run", script="other.bas")] == ["completed"] * 3
    assert "the time could not be kept" not in caplog.text


async def test_a_damaged_moment_that_lies_ahead_hides_no_later_one(stage: Stage, clock: VirtualClock) -> None:
    stage.write('SET SCHEDULE "every minute"\nPRINT "tick"\n')
    stage.write('SET SCHEDULE "every minute"\nPRINT "tock"\n', "other.bas")
    await with_damaged_schedules(stage, f"{clock.now():%Y-%m-%d %H:%M}:2!", "script <> 'other.bas'")
    await stage.engine.settle()
    await minutes_pass(stage, clock, 3, is_woken=False)
    assert len(await stage.rows("run", script="other.bas")) >= 2


@pytest.mark.parametrize("moment", ["soon", ""])
async def test_a_schedule_alone_whose_moment_is_damaged_keeps_nobody_from_a_turn(
    stage: Stage, clock: VirtualClock, caplog: pytest.LogCaptureFixture, moment: str
) -> None:
    stage.write('HEAR x TIMEOUT 60\nTALK "over"\n')
    stage.write('SET SCHEDULE "every minute"\nPRINT "tick"\n', "other.bas")
    await with_damaged_schedules(stage, moment, "1")
    receipt = await stage.receive("hi", "ana")
    assert await stage.answer(receipt) == []
    await minutes_pass(stage, clock, 2)
    assert [row["text"] for row in await stage.rows("message", direction="out")] == ["over"]
    assert "the time could not be kept" not in caplog.text


@pytest.mark.parametrize("moment", ["soon", ""])
async def test_virtual_time_passes_although_a_schedule_cannot_be_fired(stage: Stage, moment: str) -> None:
    stage.write('SET SCHEDULE "every minute"\nPRINT "tick"\n')
    stage.write('SET SCHEDULE "every minute"\nPRINT "tock"\n', "other.bas")
    await with_damaged_schedules(stage, moment, "script <> 'other.bas'")
    async with asyncio.timeout(PATIENCE):
        await stage.pass_time(timedelta(minutes=3))
    assert [row["status"] for row in await stage.rows("run", script="other.bas")] == ["completed"] * 3


@pytest.mark.parametrize("moment", ["soon", ""])
async def test_a_check_names_a_schedule_whose_moment_is_damaged(stage: Stage, moment: str) -> None:
    stage.write('SET SCHEDULE "every minute"\nPRINT "tick"\n')
    await with_damaged_schedules(stage, moment, "1")
    [row] = await stage.rows("schedule")
    said = f"the schedule {row['id']} (helper, start.bas): what stands in next_run_at and fires_at cannot be read"
    assert await wrong(stage) == {"times": [said]}
    async with stage.database.read() as reader:
        assert (await queues.due(reader, stage.clock.now()))["schedule"].age_seconds(stage.clock.now()) == 0


@pytest.mark.parametrize("column", ["spec", "timezone"])
async def test_a_check_names_a_schedule_whose_words_are_bytes(stage: Stage, column: str) -> None:
    stage.write('SET SCHEDULE "every minute"\nPRINT "tick"\n')
    await stage.open()
    await stage.pass_time(timedelta(seconds=1))
    [row] = await stage.rows("schedule")
    await stage.close()
    with closing(sqlite3.connect(stage.database_path)) as other:
        other.execute(f"UPDATE schedule SET {column} = x'ff00'")
        other.commit()
    said = f"the schedule {row['id']} (helper, start.bas): what stands in {column} cannot be read"
    assert await wrong(stage) == {"times": [said]}


async def test_a_check_names_a_wait_whose_moment_is_damaged(stage: Stage) -> None:
    stage.write('WAIT 5 MINUTES\nTALK "over"\n')
    await stage.open()
    await stage.say("hi")
    [row] = await stage.rows("timer")
    await stage.close()
    with closing(sqlite3.connect(stage.database_path)) as other:
        other.execute("UPDATE timer SET due_at = 'soon'")
        other.commit()
    said = f"the wait {row['id']} of the conversation {row['conversation_id']}: what stands in due_at cannot be read"
    assert await wrong(stage) == {"times": [said]}


@pytest.mark.parametrize("moment", ["soon", ""])
@pytest.mark.parametrize(
    ("script", "answers"),
    [
        ('HEAR x TIMEOUT 60\nTALK "heard ${x}"\nHEAR y\nTALK "then ${y}"\n', {"soon": "heard one", "": "heard "}),
        ('WAIT 5 MINUTES\nTALK "over"\nHEAR y\nTALK "then ${y}"\n', {"soon": None, "": "over"}),
    ],
)
async def test_a_talk_whose_wait_has_a_damaged_moment_hangs_for_nobody_who_writes(
    stage: Stage, caplog: pytest.LogCaptureFixture, script: str, answers: dict[str, str | None], moment: str
) -> None:
    stage.write(script)
    await stage.open()
    await stage.say("hi")
    await stage.close()
    with closing(sqlite3.connect(stage.database_path)) as other:
        other.execute("UPDATE timer SET due_at = ?", (moment,))
        other.commit()
    await stage.open()
    said = [line for word in ("one", "two") for line in await stage.say(word)]
    assert said[:1] == [answer for answer in [answers[moment]] if answer is not None]
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert {row["status"] for row in await stage.rows("session")} <= {"waiting", "ended"}


async def test_a_wait_with_a_damaged_moment_is_kept_until_the_bot_has_its_talk_back(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.write('WAIT 5 MINUTES\nTALK "over"\nHEAR y\n')
    await stage.open()
    await stage.say("hi")
    [talk] = await stage.rows("conversation")
    await stage.close()
    with closing(sqlite3.connect(stage.database_path)) as other:
        other.execute("UPDATE timer SET due_at = ''")
        other.commit()
    await stage.open()
    taken = WriteSet()
    taken.insert("handover", {"conversation_id": talk["id"], "reason": None, "since": stage.clock.now()})
    await stage.database.commit(taken)
    assert await stage.say("one") == []
    [timer] = await stage.rows("timer")
    assert timer["due_at"] == NEVER
    await handover.give_back(stage.database, stage.clock.now(), talk["id"], "ben")
    await stage.pass_time(timedelta(seconds=1))
    assert [row["text"] for row in await stage.rows("message", direction="out")] == ["over"]
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
