"""How long a run may take, and which runs share a conversation."""

from datetime import timedelta

import pytest

from tasktalk.runtime.conduct import Conduct
from tests.runtime.runs.acts import change, go_on, make, statuses, trigger
from tests.stage import BOT, Stage

MINUTE = timedelta(minutes=1)


async def talks(stage: Stage) -> list[int]:
    """Which conversation each run had, by number."""
    found = [row["conversation_id"] for row in await stage.rows("run")]
    return [list(dict.fromkeys(found)).index(talk) for talk in found]


@pytest.mark.parametrize(
    ("session_ms", "after", "expected"),
    [
        (None, timedelta(minutes=9), [0, 0]),
        (None, timedelta(minutes=10), [0, 1]),
        (60_000, timedelta(seconds=59), [0, 0]),
        (60_000, timedelta(seconds=60), [0, 1]),
        (3_600_000, timedelta(minutes=59), [0, 0]),
    ],
)
async def test_cbk_48_52_within_the_session_the_conversation_goes_on(
    stage: Stage, session_ms: int | None, after: timedelta, expected: list[int]
) -> None:
    stage.write('TALK "again"')
    await stage.open()
    task = await make(stage, session_ms=session_ms)
    await trigger(stage, task)
    await stage.pass_time(after)
    await trigger(stage, task)
    assert await talks(stage) == expected


async def test_cbk_48_the_host_says_how_long_a_session_is_where_the_task_does_not(stage: Stage) -> None:
    stage.write("HEAR word")
    await stage.open(conduct=Conduct(task_session=timedelta(minutes=2)))
    task = await make(stage)
    await trigger(stage, task)
    await stage.pass_time(MINUTE)
    assert await statuses(stage) == ["running"]
    await stage.pass_time(MINUTE)
    assert await statuses(stage) == ["timed_out"]


async def test_cbk_50_without_a_session_each_run_has_a_conversation_of_its_own(stage: Stage) -> None:
    stage.write('TALK "alone"')
    await stage.open()
    task = await make(stage, session_ms=0)
    await trigger(stage, task, 3)
    assert await talks(stage) == [0, 1, 2]
    for row in await stage.rows("run"):
        assert await stage.transcript(row["conversation_id"]) == ["alone"]


async def test_cbk_51_a_run_that_is_not_done_in_time_ends_and_its_conversation_stays(stage: Stage) -> None:
    stage.write('TALK "Anybody?"\nHEAR word\nTALK "never"')
    await stage.open()
    task = await make(stage, session_ms=60_000)
    await trigger(stage, task)
    await stage.pass_time(MINUTE)
    [run] = await stage.rows("run")
    assert (run["status"], run["error"]["code"]) == ("timed_out", "timed-out")
    assert run["reason"] == "it was not done when its time was up"
    assert run["ended_at"] == stage.clock.now()
    assert [row["status"] for row in await stage.rows("session")] == ["ended"]
    assert await stage.rows("timer") == []
    assert await stage.transcript(run["conversation_id"]) == ["Anybody?"]


async def test_cbk_51_time_is_up_also_after_the_server_was_down(stage: Stage) -> None:
    stage.write("WAIT 1 HOUR")
    await stage.open()
    task = await make(stage, session_ms=60_000)
    await trigger(stage, task, 2)
    await stage.close()
    stage.clock.advance_to(stage.clock.now() + 2 * MINUTE)  # type: ignore[attr-defined]
    await stage.open()
    await go_on(stage)
    first, second = await stage.rows("run")
    assert (first["status"], second["status"]) == ("timed_out", "running")
    assert second["ends_by"] == stage.clock.now() + MINUTE


async def test_cbk_77_a_run_keeps_bot_and_session_that_it_began_with(stage: Stage) -> None:
    stage.write("WAIT 2 MINUTES\nRETURN bot")
    stage.write("RETURN bot", bot="other")
    await stage.open()
    task = await make(stage, session_ms=180_000)
    await trigger(stage, task)
    await change(stage, task, bot="other", session_ms=60_000)
    await stage.pass_time(2 * MINUTE)
    await trigger(stage, task)
    assert [(row["status"], row["result"]) for row in await stage.rows("run")] == [
        ("completed", {"value": BOT}),
        ("completed", {"value": "other"}),
    ]
    assert await talks(stage) == [0, 1]


async def test_a_run_with_a_contact_talks_to_them(stage: Stage) -> None:
    stage.write('IF task IS NULL THEN\nTALK "Hello"\nELSE\nTALK "Remember: " + task.title\nEND IF')
    await stage.open()
    receipt = await stage.receive("hi")
    await stage.engine.settle()
    [contact] = await stage.rows("contact")
    task = await make(stage, "the milk", contact_id=contact["id"], session_ms=0)
    await trigger(stage, task, 2)
    said = await stage.transcript(receipt.conversation_id)
    assert said == ["> hi", "Hello", "Remember: the milk", "Remember: the milk"]
    assert {row["conversation_id"] for row in await stage.rows("run")} == {receipt.conversation_id}


async def test_a_contact_who_never_wrote_to_this_bot_gets_a_conversation_with_it(stage: Stage) -> None:
    stage.write("RETURN")
    stage.write('TALK "Remember"', bot="other")
    await stage.open()
    await stage.receive("hi")
    await stage.engine.settle()
    [contact] = await stage.rows("contact")
    await trigger(stage, await make(stage, bot="other", contact_id=contact["id"]))
    [run] = await stage.rows("run")
    [talk] = await stage.rows("conversation", bot="other")
    assert (run["conversation_id"], talk["contact_id"], talk["channel"]) == (talk["id"], contact["id"], "test")
    assert await stage.transcript(talk["id"]) == ["Remember"]
